"""Words on a map, in the reader's language: what is shown, per what, from where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from scindex.charts.quantities import Quantity
from scindex.measure.map.cells import CarbonMap
from scindex.messages import LANGUAGES, label, local


def quantity_name(quantity: Quantity, layers: pd.DataFrame, lang: str) -> str:
    """Return what a quantity is called."""
    kind, _, name = quantity.id.partition(":")
    if kind == "layer":
        row = layers.loc[layers["layer"] == name].iloc[0]
        return str(row[f"name_{lang}"] or row["name_en"] or name)
    return sector_name(name, lang) if kind == "sector" else label(f"mapdraw.what.{kind}", lang)


def sector_name(sector: str, lang: str) -> str:
    """Return what a sector is called; one that we do not know by its own name."""
    key = f"mapdraw.sector.{sector}"
    text = label(key, lang)
    return sector if text == key else text


def scenario_names(carbon: CarbonMap, scenarios: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """Return what scenarios are called in each language: as the map says, else as the catalogue does.

    One that neither knows is called by its own id.
    """
    from scindex.catalogue.scenarios import load_scenarios

    told = carbon.provenance.recipe.get("scenarios")
    own = told if isinstance(told, Mapping) else {}
    wanted = [name for name in dict.fromkeys(scenarios) if name]
    shipped = load_scenarios() if any(name not in own for name in wanted) else {}
    names = {name: own.get(name) or getattr(shipped.get(name), "name", None) for name in wanted}
    return {
        name: found if isinstance(found, Mapping) else dict.fromkeys(LANGUAGES, name)
        for name, found in names.items()
    }


def source_text(source: Any, lang: str) -> str:
    """Return a source as a reader cites it; empty where there is none.

    Examples
    --------
    >>> source_text({"publisher": "KEPCO", "title": {"en": "Sales", "ko": "판매량"}, "year": 2024}, "en")
    'KEPCO, Sales, 2024'
    """
    if isinstance(source, Mapping):
        if set(source) <= {"en", "ko"}:
            return local(source, lang)
        parts = (
            local(source[k], lang) for k in ("publisher", "title", "year", "page", "url") if source.get(k)
        )
        return ", ".join(parts)
    return "" if source is None or source != source else str(source)


def sources(carbon: CarbonMap, lang: str) -> list[str]:
    """Return the sources of the layers of a map, each once."""
    found = (source_text(source, lang) for source in carbon.layers["source"])
    return list(dict.fromkeys(text for text in found if text))


def crs_text(carbon: CarbonMap) -> str:
    """Return the reference system: code and name."""
    import pyproj

    crs = pyproj.CRS.from_user_input(carbon.grid.crs if carbon.grid else carbon.districts.crs)
    code = ":".join(crs.to_authority() or ())
    return f"{code} ({crs.name})" if code else crs.name
