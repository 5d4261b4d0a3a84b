"""Factors and building standards as a reader meets them: families, one factor, limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

from scindex.catalogue.factor_entries import Factor, profile, years
from scindex.catalogue.factors import factor, families, family_ids, gwp_sets, load_factors
from scindex.catalogue.standards import Limit, Standard, standard, standard_ids
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.messages import label, local, number
from scindex.screens.entry import Row, coded, conflict_lines, lay_out, source_lines
from scindex.screens.layout import clean, clip, table, terminal_width, width, wrap

FACTORS, STANDARDS, WARMING = "factors", "standards", "gwp"
MOST = 12
"""Factors that a search shows before it only counts."""

LEAST = 10
"""Columns below which a name says nothing."""

KEYS = ("region", "valid", "purpose", "point", "boundary")


def names(word: str) -> bool:
    """Return whether a word names factors or standards, one of either, or the warming potentials."""
    stem = word.partition("/")[0]
    return stem in (FACTORS, STANDARDS, WARMING, *standard_ids(), *family_ids())


def listing(word: str) -> str:
    """Return what a word of `names` holds, one line each."""
    if word == FACTORS:
        return _families()
    if word == STANDARDS:
        return _standards()
    if word == WARMING:
        return "\n".join(table([[f"  {i}", clean(local(n))] for i, n in gwp_sets().items()], "<<"))
    if word in standard_ids():
        return _standard(standard(word))
    return _family(word)


def show(word: str) -> str:
    """Return all that is known about one factor, one limit, or what a family or standard holds.

    Raises
    ------
    CatalogueError, UsageError
        If the family or standard has no such entry, with the closest.
    """
    if "/" not in word:
        return listing(word)
    if word.partition("/")[0] in standard_ids():
        return _limit(*_limit_named(word))
    return _entries(_named(word))


def hits(found: Sequence[Factor]) -> str:
    """Return factors found by a search, the first of them one line each; empty for none."""
    if not found:
        return ""
    lines = [label("factors.found"), *_lines(found[:MOST])]
    if len(found) > MOST:
        lines.append(label("factors.more", n=len(found) - MOST))
    return "\n".join(lines)


def rows(word: str) -> list[dict[str, Any]]:
    """Return what a word of `names` holds as flat rows, names in both languages."""
    if word == FACTORS:
        return [{"id": i, **_both(f.name), "factors": len(_of(i))} for i, f in families().items()]
    if word == STANDARDS:
        return [
            {"id": i, **_both(standard(i).name), "limits": len(standard(i).limits)} for i in standard_ids()
        ]
    if word == WARMING:
        return [{"id": i, **_both(n)} for i, n in gwp_sets().items()]
    stem = word.partition("/")[0]
    if stem in standard_ids():
        limits = [_limit_named(word)[1]] if "/" in word else standard(stem).limits.values()
        return [_limit_row(stem, limit) for limit in limits]
    return factor_rows(_named(word))


def factor_rows(found: Iterable[Factor]) -> list[dict[str, Any]]:
    """Return factors as flat rows."""
    return [
        {
            "id": f.id,
            **_both(f.name),
            "value": f.value,
            "unit": f.unit,
            "gas": f.gas,
            "quantity": f.quantity,
            **{key: profile(f).get(key, "") for key in KEYS},
            "standing": f.standing,
            "attributes": "; ".join(f"{k}={v}" for k, v in f.attributes.items()),
            "source": ", ".join(text for text in (f.source.publisher, f.source.title) if text),
            "url": f.source.url,
        }
        for f in found
    ]


def data(word: str) -> list[dict[str, Any]]:
    """Return factors or limits in full, as plain data."""
    stem = word.partition("/")[0]
    if word in (FACTORS, STANDARDS, WARMING):
        return rows(word)
    if stem in standard_ids():
        limits = [_limit_named(word)[1]] if "/" in word else standard(stem).limits.values()
        return [{"standard": stem, **asdict(limit)} for limit in limits]
    return [{**asdict(f), "attributes": dict(f.attributes)} for f in _named(word)]


def _named(word: str) -> list[Factor]:
    if "/" not in word:
        return _of(word)
    return [f for i, f in load_factors().items() if i.startswith(f"{word}.")] or [factor(word)]


def _of(family: str) -> list[Factor]:
    return [f for f in load_factors().values() if f.family == family]


def _both(text: Mapping[str, str]) -> dict[str, str]:
    return {"name_en": local(text, "en"), "name_ko": local(text, "ko")}


def _counted(key: str, n: int) -> str:
    return label(f"{key}.one" if n == 1 else key, n=n)


def _families() -> str:
    lines = [[f"  {i}", local(f.name), _counted("factors.count", len(_of(i)))] for i, f in families().items()]
    lines.append([f"  {WARMING}", label("factors.gwp"), label("factors.sets", n=len(gwp_sets()))])
    return "\n".join([label("factors.families"), *map(clean, table(lines, "<<>")), label("factors.next")])


def _family(word: str) -> str:
    family, found = families()[word], _of(word)
    columns = terminal_width(most=110)
    head = [clean(f"{word}: {local(family.name)}"), *wrap(clean(local(family.notes)), columns)]
    return "\n".join([*head, "", *_lines(found, f"{word}/"), label("factors.next-entry", id=found[0].id)])


def _lines(found: Iterable[Factor | Limit], stem: str = "") -> list[str]:
    """Return one line for each entry: id without `stem`, value, years, standing, and its name as it fits."""
    entries = list(found)
    columns = terminal_width(most=160)
    cells = [
        [f"  {x.id.removeprefix(stem)}", _amount(x), years(x.valid), coded("standing", x.standing)]
        for x in entries
    ]
    facts = table(cells, "<<<<")
    room = columns - max(map(width, facts), default=0) - 2
    named = [[line, clip(local(x.name), room) if room >= LEAST else ""] for line, x in zip(facts, entries)]
    return [clean(line) for line in table(named, "<<")]


def _amount(entry: Factor | Limit) -> str:
    return number(entry.value) + ("" if entry.unit == "dimensionless" else f" {entry.unit}")


def _entries(found: Sequence[Factor]) -> str:
    """Return one factor, or several values of an entry: what they share is printed once."""
    parts = [_facts(entry) for entry in found]
    if len(found) == 1:
        return _laid_out(local(found[0].name), found[0].id, parts[0])
    shared = [row for row in parts[0] if all(row in part for part in parts)]
    name, stem = local(found[0].name).rpartition(": ")[0], found[0].id.rpartition(".")[0]
    lines = [_laid_out(name, stem, shared)]
    for entry, part in zip(found, parts):
        lines += ["", clean(f"{local(entry.name).rpartition(': ')[2]}  ({entry.id})")]
        lines += lay_out([row for row in part if row not in shared])
    return "\n".join(lines)


def _facts(entry: Factor) -> list[Row]:
    attributes = families()[entry.family].attributes
    said = profile(entry)
    lines = [(f"factor.{key}", [_word(key, said[key])]) for key in KEYS if key in said]
    own = [f"{local(attributes.get(name) or name)}: {value}" for name, value in entry.attributes.items()]
    return _kept(
        ("factor.value", [_amount(entry)]),
        ("factor.gas", [entry.gas]),
        ("factor.quantity", [entry.quantity]),
        *lines,
        ("factor.apart", own),
        ("factor.gwp_set", [entry.gwp_set or (label("factors.gwp-unsaid") if entry.gas == "CO2e" else "")]),
        ("factor.error", [_error(entry)]),
        ("factor.standing", [coded("standing", entry.standing)]),
        *_behind(entry),
    )


def _error(entry: Factor) -> str:
    if entry.relative_error is None:
        return ""
    return f"{number(100 * entry.relative_error)} %: {coded('standing', entry.error_standing)}"


def _kept(*rows: Row) -> list[Row]:
    return [(key, said) for key, lines in rows if (said := [line for line in lines if line])]


def _behind(entry: Factor | Limit) -> list[Row]:
    return [
        ("source", source_lines(entry.source, standing=False)),
        ("notes", [local(entry.notes)]),
        ("conflicts", [line for row in entry.conflicts for line in conflict_lines(row)]),
        ("draft", [", ".join(entry.draft)]),
    ]


def _laid_out(name: str, entry_id: str, facts: Sequence[Row]) -> str:
    return "\n".join([clean(name), clean(entry_id), "", *lay_out(facts)])


def _word(topic: str, word: str) -> str:
    key = f"factors.{topic}.{word}"
    found = label(key)
    return word if found == key else found


def _standards() -> str:
    every = [standard(i) for i in standard_ids()]
    lines = [[f"  {s.id}", local(s.name), _counted("factors.limits", len(s.limits))] for s in every]
    return "\n".join(
        [label("factors.standards"), *map(clean, table(lines, "<<>")), label("factors.next-standard")]
    )


def _standard(entry: Standard) -> str:
    columns = terminal_width(most=110)
    texts = [
        local(entry.name),
        local(entry.notes),
        local(entry.none),
        *source_lines(entry.source, standing=False),
    ]
    head = [clean(line) for text in texts if text for line in wrap(text, columns)]
    return "\n".join([*head, "", *_lines(entry.limits.values())]).rstrip()


def _size(limit: Limit) -> str:
    low, high = (("" if end is None else number(end)) for end in limit.size)
    return f"{low}-{high} m2" if low or high else ""


def _limit_named(word: str) -> tuple[str, Limit]:
    stem, _, key = word.partition("/")
    limits = standard(stem).limits
    if key not in limits:
        close = get_close_matches(key, limits, n=3) or list(limits)[:3]
        params = {"wanted": word, "close": [f"{stem}/{name}" for name in close] or standard_ids()}
        raise UsageError(Finding("unknown-entry", params=params))
    return stem, limits[key]


def _limit(stem: str, limit: Limit) -> str:
    facts = _kept(
        ("factor.value", [_amount(limit)]),
        ("factor.quantity", [limit.quantity]),
        ("factor.size", [_size(limit)]),
        ("factor.area", [_word("area", limit.area) if limit.area else ""]),
        ("factor.valid", [years(limit.valid)]),
        ("factor.standing", [coded("standing", limit.standing)]),
        *_behind(limit),
    )
    return _laid_out(local(limit.name), f"{stem}/{limit.id}", facts)


def _limit_row(stem: str, limit: Limit) -> dict[str, Any]:
    return {
        "id": f"{stem}/{limit.id}",
        **_both(limit.name),
        "value": limit.value,
        "unit": limit.unit,
        "quantity": limit.quantity,
        "use": limit.use,
        "size": _size(limit),
        "valid": years(limit.valid),
        "area": limit.area,
        "standing": limit.standing,
        "url": limit.source.url,
    }
