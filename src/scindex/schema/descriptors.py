"""Frictionless Table Schemas of wide files, for users of other tools."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scindex import messages
from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import Framework, Indicator, Names, Source
from scindex.catalogue.load import framework_ids, load_framework
from scindex.schema.frames import on_axis, table_shape

MISSING = ("", "-", "n/a", "N/A", "NA", "NaN", "#N/A")
"""Texts that stand for no value, apart from the notation keys of the code list."""


def describe(framework: Framework, axis: str = "") -> dict[str, Any]:
    """Return the Table Schema of a wide file: one row per city and year, one column per indicator.

    Parameters
    ----------
    framework : Framework
        Whose indicators to take.
    axis : str
        Only those on one OECD axis; empty for all.

    Returns
    -------
    dict
        A Table Schema descriptor. What the standard has no word for stands under
        ``scindex``.

    Examples
    --------
    >>> [field["name"] for field in describe(load_framework("u4ssc"), "engagement")["fields"]][:3]
    ['city_id', 'city', 'year']
    """
    indicators = on_axis(framework, axis) if axis else list(framework.entries.values())
    title = framework.name.get("en", "")
    about: dict[str, Any] = {
        "framework": framework.id,
        "edition": framework.edition,
        "name": dict(framework.name),
    }
    about |= {"source": _source(framework.source)}
    if axis:
        title = f"{title}: {codelist('axis')[axis]['en']}"
        about |= {"axis": axis}
    return {
        "title": title,
        "description": messages.label("descriptor.row", "en"),
        "fields": [*_key_fields(), *(_field(indicator, framework.source) for indicator in indicators)],
        "primaryKey": ["city_id", "year"],
        "missingValues": list(dict.fromkeys([*MISSING, *codelist("reason")])),
        "scindex": about,
    }


def files() -> Iterator[tuple[str, str]]:
    """Yield name and text of every file that belongs in ``schemas/frameworks``."""
    for name in framework_ids():
        framework = load_framework(name)
        yield f"{name}.json", _dump(describe(framework))
        for axis in codelist("axis"):
            if on_axis(framework, axis):
                yield f"{name}-{axis}.json", _dump(describe(framework, axis))


def write(folder: Path) -> list[str]:
    """Write every Table Schema into `folder`, remove those of no framework, return the names written."""
    wanted = dict(files())
    for stale in {path.name for path in folder.glob("*.json")} - set(wanted):
        (folder / stale).unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return sorted(wanted)


def _key_fields() -> list[dict[str, Any]]:
    shape = table_shape("observations")["columns"]
    return [
        {
            "name": name,
            "type": "integer" if shape[name]["type"] == "int" else "string",
            "description": shape[name]["meaning"]["en"],
            "constraints": {
                "required": True,
                **{bound: shape[name][bound] for bound in ("minimum", "maximum") if bound in shape[name]},
            },
        }
        for name in ("city_id", "city", "year")
    ]


def _field(indicator: Indicator, inherited: Source) -> dict[str, Any]:
    low, high = indicator.possible
    constraints: dict[str, Any] = {"minimum": low, "maximum": high}
    if indicator.kind == "yes_no":
        constraints = {"enum": [0, 1]}
    elif indicator.kind == "category":
        constraints = {"enum": list(indicator.categories)}
    field = {
        "name": indicator.id,
        "type": "string" if indicator.kind == "category" else "number",
        "title": indicator.name.get("en", ""),
        "description": _definition(indicator),
        "unit": indicator.unit_label.get("en") or indicator.unit,
        "constraints": _said(constraints),
        "scindex": _said(_extras(indicator) | _own_source(indicator.source, inherited)),
    }
    return _said(field)


def _definition(indicator: Indicator) -> str:
    above, below = indicator.numerator.get("en", ""), indicator.denominator.get("en", "")
    return " / ".join(part for part in (above, below) if part)


def _extras(indicator: Indicator) -> dict[str, Any]:
    low, high = indicator.plausible
    posts = indicator.goalposts
    return {
        "code": indicator.code,
        "title": _other(indicator.name),
        "unit": indicator.unit,
        "unit_label": _other(indicator.unit_label),
        "of": dict(indicator.of),
        "kind": indicator.kind,
        "direction": indicator.direction,
        "denominate": {"by": indicator.denominate.by, "scale": indicator.denominate.scale}
        if indicator.denominate
        else {},
        "averaging": indicator.averaging,
        "plausible": _said({"minimum": low, "maximum": high}),
        "goalposts": _said({"worst": posts.worst, "best": posts.best, "standing": posts.standing})
        if posts
        else {},
        "axis": indicator.axis,
        "dimension": indicator.dimension,
        "sector": indicator.sector,
        "sdg": list(indicator.sdg),
        "tier": indicator.tier,
        "standing": indicator.source.standing,
        "draft": list(indicator.draft),
    }


def _source(source: Source) -> dict[str, Any]:
    return _said({f: getattr(source, f) for f in ("publisher", "title", "year", "page", "url")})


def _own_source(source: Source, inherited: Source) -> dict[str, Any]:
    """Return an indicator's source where it differs from that of the whole framework."""
    own, common = _source(source), _source(inherited)
    return {} if own == common else {"source": {k: v for k, v in own.items() if common.get(k) != v}}


def _other(names: Names) -> dict[str, str]:
    """Return the names in other languages than English, which stands in the standard's own words."""
    return {lang: text for lang, text in names.items() if lang != "en"}


def _said(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said, whole numbers without a point."""
    return {key: messages.int_or(value) for key, value in entries.items() if value not in (None, "", {}, [])}


def _dump(descriptor: Mapping[str, Any]) -> str:
    return json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"
