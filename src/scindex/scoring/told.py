"""Say what the steps did: what was lost, filled in, moved, and what could not be done."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.normalise import METHODS
from scindex.index.treat import TREATERS
from scindex.scoring.imputing import check_imputation
from scindex.scoring.sheet import Sheet
from scindex.scoring.steps import Stepped

MOST_MOVED = 200
"""Moved points told one by one; the rest is counted."""


def refuse_thin(sheet: Sheet) -> None:
    """Refuse methods that need more cities than there are.

    Raises
    ------
    MethodError
        Naming each method, how many cities it needs and how many there are.
    """
    if sheet.recipe.force:
        return
    n = sheet.data.rows["city_id"].nunique()
    needs = [(g.method, TREATERS[g.method.name].properties.at_least) for g in sheet.treat]
    faults = [
        Finding("method-needs-cities", params={"method": str(method), "needed": needed, "n": n})
        for method, needed in needs
        if method.name != "none" and n < needed
    ]
    if faults:
        raise MethodError(*faults)


def tell(sheet: Sheet, stepped: Stepped) -> list[Finding]:
    """Return what a reader must know of the steps that led to the leaf scores."""
    return [
        *_mixed_scales(sheet),
        *_lost(sheet, stepped),
        *_imputed(sheet, stepped),
        *_treated(sheet, stepped),
        *_unscored(sheet, stepped),
    ]


def _mixed_scales(sheet: Sheet) -> Iterator[Finding]:
    """Warn where scores around 0 are averaged with scores from 0 to 100: the latter decide alone."""
    scored = [g for g in sheet.normalise if sheet.base[g.leaves].any()]
    around = [g for g in scored if g.method.name == "zscore" and abs(float(g.method.options["mean"])) < 20]
    others = [g for g in scored if g not in around]
    if around and others:
        leaves = [sheet.tree.indicators[k].name for g in others for k in g.leaves if sheet.base[k].any()]
        params = {"names": leaves[:5], "n": len(leaves), "method": str(around[0].method)}
        yield Finding("scales-mixed", "warning", params=params)


def _lost(sheet: Sheet, stepped: Stepped) -> Iterator[Finding]:
    for leaf in np.flatnonzero((stepped.lost & sheet.base).any(axis=1)):
        indicator = sheet.tree.indicators[leaf]
        by = sheet.framework.entries[indicator.denominate.by].name if indicator.denominate else ""
        params = {"name": indicator.name, "n": int((stepped.lost & sheet.base)[leaf].sum()), "by": by}
        yield Finding("denominator-missing", "warning", indicator=indicator.id, params=params)


def _imputed(sheet: Sheet, stepped: Stepped) -> Iterator[Finding]:
    if sheet.impute.name == "none":
        return
    for leaf in np.flatnonzero(stepped.imputed.any(axis=1)):
        indicator = sheet.tree.indicators[leaf]
        params = {
            "name": indicator.name,
            "n": int(stepped.imputed[leaf].sum()),
            "of": int(sheet.base[leaf].sum()),
            "method": str(sheet.impute),
        }
        yield Finding("values-imputed", "note", indicator=indicator.id, params=params)
    left = int((sheet.base & np.isnan(stepped.scores)).sum())
    if left:
        yield Finding("values-not-imputed", "note", params={"n": left, "method": str(sheet.impute)})
    yield from _tested(sheet, stepped)


MOST_TESTED = 200_000
"""Cells up to which imputation is tested unasked."""


def _tested(sheet: Sheet, stepped: Stepped) -> Iterator[Finding]:
    """Say how far off the imputation is on values that are known, beside the plain mean of the node."""
    test = check_imputation(sheet, stepped) if sheet.base.size <= MOST_TESTED else None
    if test is None or not (test.n_compared > 0).any():
        return
    error, plain = (
        float(np.sqrt(np.average(np.nan_to_num(e) ** 2, weights=test.n_compared)))
        for e in (test.error, test.baseline)
    )
    params = {"method": str(sheet.impute), "error": round(error, 1), "baseline": round(plain, 1)}
    if sheet.impute.name == "node_mean":
        yield Finding("imputation-tested-alone", "note", params=params)
        return
    yield Finding("imputation-tested", "warning" if error > plain else "note", params=params)


def _treated(sheet: Sheet, stepped: Stepped) -> Iterator[Finding]:
    moved = 0
    for group, treated in stepped.treated:
        for position, leaf in enumerate(group.leaves):
            indicator = sheet.tree.indicators[leaf]
            for row in np.flatnonzero(treated.moved[position]):
                moved += 1
                if moved <= MOST_MOVED:
                    yield _moved(sheet, stepped, int(leaf), int(row), float(treated.values[position, row]))
            name = str(treated.transform[position])
            if name in ("log", "boxcox"):
                params = {"name": indicator.name, "method": name}
                yield Finding("indicator-transformed", "note", indicator=indicator.id, params=params)
            if not treated.passed[position]:
                numbers = {
                    "skew": round(float(treated.skew_after[position]), 2),
                    "kurtosis": round(float(treated.kurtosis_after[position]), 2),
                }
                params = {"name": indicator.name, **numbers}
                yield Finding("treatment-failed", "warning", indicator=indicator.id, params=params)
    if stepped.treated:
        changed = sum(int((np.isin(t.transform, ("log", "boxcox"))).sum()) for _, t in stepped.treated)
        yield Finding("treatment-summary", "note", params={"n": moved, "changed": changed})
    if moved > MOST_MOVED:
        yield Finding("more-points-moved", "note", params={"n": moved - MOST_MOVED})


def _moved(sheet: Sheet, stepped: Stepped, leaf: int, row: int, to: float) -> Finding:
    """Name one moved point, in the unit in which it was moved: after division, where there was one."""
    indicator = sheet.tree.indicators[leaf]
    city, year = str(sheet.data.rows["city"][row]), int(sheet.data.rows["year"][row])
    over = indicator.denominate if sheet.which[leaf] >= 0 else None
    named = sheet.framework.entries[over.by].name if over else {}
    return Finding(
        "point-moved-divided" if over else "point-moved",
        "note",
        city=city,
        year=year,
        indicator=indicator.id,
        value=float(stepped.untreated[leaf, row]),
        params={"name": indicator.name, "to": to, "city": city, "year": year, "by": named},
    )


def _unscored(sheet: Sheet, stepped: Stepped) -> Iterator[Finding]:
    """Name indicators with values that came out without any score, and say why."""
    present = sheet.base & ~np.isnan(stepped.ready)
    empty = present.any(axis=1) & np.isnan(stepped.scores).all(axis=1)
    names = {int(leaf): g.method for g in sheet.normalise for leaf in g.leaves}
    for leaf in np.flatnonzero(empty):
        indicator, method = sheet.tree.indicators[leaf], names[int(leaf)]
        n, needed = int(present[leaf].sum()), METHODS[method.name].properties.at_least
        known = stepped.ready[leaf][present[leaf]]
        code = "indicator-constant" if (known == known[0]).all() else "indicator-undefined"
        code = "indicator-too-few" if n < needed else code
        params = {"name": indicator.name, "n": n, "needed": needed, "method": str(method)}
        yield Finding(code, "warning", indicator=indicator.id, params=params)
