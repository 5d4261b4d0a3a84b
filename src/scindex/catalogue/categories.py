"""Named classes of an indicator: what an entry lists under `categories`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from scindex.catalogue.entries import Indicator, Names
from scindex.catalogue.fields import Fields, spoken
from scindex.catalogue.lookup import fold

LANGUAGES = ("en", "ko")
LARGEST_SCORE = 100.0


class Categories(NamedTuple):
    """The classes of an entry in order, with the score of each and its other names."""

    names: tuple[str, ...] = ()
    scores: tuple[float | None, ...] = ()
    others: tuple[Names, ...] = ()


def read_categories(entry: Fields) -> Categories:
    """Read `categories`: a list of names, or a mapping of name to score.

    A class may be a name alone, ``{en: ..., ko: ...}`` in a list, and in a mapping a
    score, null, or ``{score: ..., en: ..., ko: ...}``. An empty list leaves the classes
    open: a file's column is then passed over, and said to be.

    Parameters
    ----------
    entry : Fields

    Returns
    -------
    Categories
        Empty for any other kind of entry. Faults are left in ``entry.findings``.
    """
    value = entry.data.get("categories")
    if entry.data.get("kind") != "category":
        if value is not None:
            entry.fault("entry-categories-kind", field="categories", value=entry.text("kind"))
        return Categories()
    if isinstance(value, Mapping):
        found = _scored(entry.inner("categories"))
    elif isinstance(value, list):
        found = _listed(entry, cast("list[Any]", value))
    else:
        code = "entry-missing-field" if value is None else "entry-wrong-kind"
        wanted = spoken("field-kind.categories")
        entry.fault(code, field="categories", kind_name=wanted, value=value)
        return Categories()
    _each_once(entry, found)
    return found


def places(indicator: Indicator) -> dict[str, int]:
    """Return the place, from 1, of every folded name that a file may use for a class.

    Examples
    --------
    >>> names = ({"ko": "소"}, {})
    >>> places(Indicator("a:size", {}, kind="category", categories=("S", "L"), category_names=names))
    {'s': 1, 'l': 2, '소': 1}
    """
    out: dict[str, int] = {}
    for place, name in enumerate(indicator.categories, start=1):
        out.setdefault(fold(name), place)
    for place, names in enumerate(indicator.category_names, start=1):
        for text in names.values():
            out.setdefault(fold(text), place)
    return out


def _scored(block: Fields) -> Categories:
    names: list[str] = []
    scores: list[float | None] = []
    others: list[Names] = []
    for key, value in block.data.items():
        names.append(str(key))
        inner = block.inner(key, str(key)) if isinstance(value, Mapping) else None
        if inner is not None:
            inner.known(("score", *LANGUAGES))
        score = block.number(key) if inner is None else inner.number("score")
        if score is not None and not 0 <= score <= LARGEST_SCORE:
            block.fault("entry-category-score", field=str(key), value=score)
        scores.append(score)
        others.append({} if inner is None else {k: inner.text(k) for k in LANGUAGES if k in inner})
    return Categories(tuple(names), tuple(scores), tuple(others))


def _listed(entry: Fields, values: list[Any]) -> Categories:
    names: list[str] = []
    others: list[Names] = []
    for value in values:
        inner = (
            Fields(value, entry.file, entry.findings, entry=entry.entry, line=entry.line_of("categories"))
            if isinstance(value, Mapping)
            else None
        )
        if inner is not None:
            inner.known(LANGUAGES)
            others.append({k: inner.text(k) for k in LANGUAGES if k in inner})
            names.append(next(iter(others[-1].values()), ""))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            others.append({})
            names.append(str(value))
        else:
            entry.fault(
                "entry-wrong-kind",
                field="categories",
                kind_name=spoken("field-kind.categories"),
                value=value,
            )
    return Categories(tuple(names), (None,) * len(names), tuple(others))


def _each_once(entry: Fields, found: Categories) -> None:
    """Report texts that stand for two classes, and those that hold no letter or digit."""
    meant: dict[str, str] = {}
    for name, others in zip(found.names, found.others, strict=True):
        for text in dict.fromkeys((name, *others.values())):
            if not fold(text) or meant.setdefault(fold(text), name) != name:
                entry.fault("entry-category-twice", field="categories", value=text)
