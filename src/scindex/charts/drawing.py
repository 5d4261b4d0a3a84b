"""What one drawing of a map shows: classes of a quantity, gaps, and what is only allocated."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from scindex.charts.classes import Classes, classes
from scindex.charts.quantities import Amounts, Quantity, View, quantities
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.measure.map.cells import CarbonMap

MOSTLY = 0.5
"""Above this share a place is mostly allocated; below this coverage it has a gap."""


@dataclass(frozen=True)
class Choice:
    """What to draw.

    Attributes
    ----------
    what : str
        Id of a `Quantity`.
    by : {"cell", "district"}
    per : {"total", "ha", "resident"}
    view : int
        Index into the views of the map.
    """

    what: str
    by: str
    per: str
    view: int


@dataclass(frozen=True)
class Drawing:
    """One quantity, ready to be drawn: everything by place, in the order of `Amounts`.

    Attributes
    ----------
    quantity : Quantity
    view : View
    per : str
    classes : Classes
        The same for all years and scenarios.
    index : ndarray of int, shape (n_place,)
        Class of each place, as `Classes.of` gives it.
    values : ndarray, shape (n_place,)
        [t, t/ha or t/person]
    allocated : ndarray of bool, shape (n_place,)
        Whether most of it is allocated, neither metered nor modelled.
    gap : ndarray of bool, shape (n_place,)
        Whether most of what is there has no data.
    """

    quantity: Quantity
    view: View
    per: str
    classes: Classes
    index: np.ndarray
    values: np.ndarray
    allocated: np.ndarray
    gap: np.ndarray


def choose(carbon: CarbonMap, views: tuple[View, ...], **wanted: object) -> Choice:
    """Return what to draw of what was asked for.

    Parameters
    ----------
    carbon : CarbonMap
    views : tuple of View
        As `amounts` gives them.
    **wanted
        ``layer``, ``sector``, ``by``, ``per``, ``year``, ``scenario``; None or absent: the usual.

    Returns
    -------
    Choice

    Raises
    ------
    UsageError
        If the map has no such layer, sector, year or scenario, or both a layer and a sector
        are asked for; all of them at once.
    """
    layer, sector = wanted.get("layer"), wanted.get("sector")
    known = [q.id for q in quantities(carbon.layers)]
    totals = [name for name in known if ":" not in name]
    faults = []
    if layer and sector:
        faults.append(Finding("map-layer-and-sector", params={"layer": layer, "sector": sector}))
    what = known[0]
    if sector:
        what = f"sector:{sector}"
        faults += _unknown("sector", str(sector), [name[7:] for name in known if name.startswith("sector:")])
    elif layer:
        what = str(layer) if layer in totals else f"layer:{layer}"
        faults += _unknown("layer", str(layer), [*totals, *(n[6:] for n in known if n.startswith("layer:"))])
    scenario, year = str(wanted.get("scenario") or ""), wanted.get("year")
    faults += _unknown("scenario", scenario, list(dict.fromkeys(v.scenario for v in views)))
    years = [v.year for v in views if v.scenario == scenario]
    if years and year is not None:
        faults += _unknown("year", str(year), [str(y) for y in years])
    if faults:
        raise UsageError(*faults)
    shown = int(str(year)) if year is not None else carbon.year if carbon.year in years else years[-1]
    by = "district" if carbon.grid is None else str(wanted.get("by") or "cell")
    return Choice(what, by, str(wanted.get("per") or "ha"), views.index(View(shown, scenario)))


def _unknown(kind: str, name: str, known: list[str]) -> list[Finding]:
    if name in known:
        return []
    close = get_close_matches(name, known, n=2) or [n for n in known if n][:12] or ["-"]
    return [Finding(f"map-unknown-{kind}", value=name, params={"close": close})]


def class_limits(found: Amounts, quantity: Quantity, per: str) -> Classes:
    """Return the classes of a quantity over all years and scenarios, so that colours can be compared."""
    stacked = [found.values(quantity, view, per)[: found.on_map] for view in range(len(found.views))]
    return classes(np.concatenate(stacked), quantity.ramp)


def draw(carbon: CarbonMap, found: Amounts, choice: Choice) -> Drawing:
    """Return one drawing.

    Parameters
    ----------
    carbon : CarbonMap
    found : Amounts
        By cell or by district, as `choice` has it.
    choice : Choice

    Returns
    -------
    Drawing
    """
    quantity = next(q for q in quantities(carbon.layers) if q.id == choice.what)
    limits = class_limits(found, quantity, choice.per)
    values = found.values(quantity, choice.view, choice.per)
    sectors = dict(zip(carbon.layers["layer"], carbon.layers["sector"]))
    with np.errstate(invalid="ignore"):
        gap = found.coverage(quantity, choice.view, sectors) < MOSTLY
        allocated = found.allocated_share(quantity, choice.view) > MOSTLY
    index = limits.of(values)
    return Drawing(quantity, found.views[choice.view], choice.per, limits, index, values, allocated, gap)
