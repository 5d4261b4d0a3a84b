"""What a framework knows of a city beside its indicators: the context, and what divides an indicator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches

from scindex.catalogue.build import build_context
from scindex.catalogue.entries import Denominate, Indicator, Source
from scindex.catalogue.fields import Fields

NO_DIVISOR = ("category", "yes_no")
"""Kinds by which nothing can be divided."""


def read_context(
    head: Fields, framework: str, source: Source, taken: Mapping[str, Indicator]
) -> dict[str, Indicator]:
    """Read the entries under `context` by id.

    Parameters
    ----------
    head : Fields
        The whole file.
    framework : str
        Id of the framework.
    source : Source
        Inherited by every entry.
    taken : Mapping of str to Indicator
        The indicators; an id can only be used once.
    """
    context: dict[str, Indicator] = {}
    for slug, entry in head.items("context"):
        name = f"{framework}:{slug}"
        if not slug.isidentifier() and not slug.replace("_", "a").isalnum():
            entry.fault("entry-bad-id", field=slug, value=slug)
        elif name in taken:
            entry.fault("entry-twice", field="name", value=name)
        else:
            context[name] = build_context(entry, name, source)
    return context


def read_denominators(
    asked: Iterable[tuple[str, Fields]],
    known: Mapping[str, Indicator],
    find: Callable[[str], str | None],
    field: str = "denominate",
) -> dict[str, Denominate]:
    """Read what each indicator is divided by, or was counted in.

    Parameters
    ----------
    asked : iterable of (str, Fields)
        Id and entry of each indicator that has `field`.
    known : Mapping of str to Indicator
        Indicators and context of the framework.
    find : callable
        Returns the id that a text of the file names.
    field : {"denominate", "counted_in"}

    Returns
    -------
    dict of str to Denominate
        By id. Faults are left in the entries' findings.
    """
    out: dict[str, Denominate] = {}
    for name, entry in asked:
        own = entry.inner(field)
        own.known(("by", "scale", "unit_label"))
        own.need("by")
        text, scale = own.text("by"), own.number("scale", 1.0)
        by = find(text) or ""
        if scale is None or scale <= 0:
            own.fault("entry-denominate-scale", field="scale", value=scale)
        elif not text:
            continue
        elif by not in known or known[by].kind in NO_DIVISOR or by == name:
            numbers = [i.slug for i in known.values() if i.kind not in NO_DIVISOR and i.id != name]
            close = get_close_matches(text, numbers, n=3) or numbers[:5]
            own.fault("entry-denominate-unknown", field="by", value=text, close=close)
        else:
            out[name] = Denominate(by, scale, own.names("unit_label"))
    return out


def divided(
    indicators: Mapping[str, Indicator],
    denominators: Mapping[str, Denominate],
    counted: Mapping[str, Denominate],
) -> dict[str, Indicator]:
    """Return the indicators with what each is divided by and what it was counted in."""
    out: dict[str, Indicator] = {}
    for name, indicator in indicators.items():
        given = {"denominate": denominators.get(name), "counted_in": counted.get(name)}
        own = {field: over for field, over in given.items() if over is not None}
        out[name] = replace(indicator, **own) if own else indicator  # type: ignore[arg-type]
    return out
