"""How each value of a sheet may be wrong: the city's own error, else its quality class."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from scindex._resources import read_yaml, root
from scindex.catalogue.codelists import codelist
from scindex.findings import Finding
from scindex.messages import LANGUAGES
from scindex.scoring.matrix import open_matrix
from scindex.scoring.sheet import Sheet
from scindex.uncertainty.noise import INDEPENDENT, Noise, measure_noise


@lru_cache
def quality_errors() -> dict[str, Any]:
    """Return the relative standard error of each quality class, with standing and reason.

    Examples
    --------
    >>> quality_errors()["standing"]
    'proposed'
    """
    return read_yaml(root() / "indicators" / "quality_errors.yaml")["quality_errors"]


def noise_of(sheet: Sheet, observations: pd.DataFrame) -> tuple[Noise, np.ndarray, list[Finding]]:
    """Return how each cell errs, which cells err together, and what was assumed.

    Parameters
    ----------
    sheet : Sheet
    observations : DataFrame
        The table that the sheet was laid out from.

    Returns
    -------
    noise : Noise
    groups : ndarray of int, shape (n_leaf, n_row)
        Cells with the same code err together; -1 errs by itself.
    findings : list of Finding
    """
    line, table = sheet.data.line, quality_errors()["values"]
    reported = line >= 0
    quality = observations["quality"].astype(str).to_numpy()
    cells = np.where(reported, quality[np.maximum(line, 0)], "")
    classes = {"": table["not_stated"], **table}
    relative = np.array([classes.get(q, table["unknown"]) for q in cells.ravel()], float).reshape(cells.shape)
    exact = np.array([i.kind in ("yes_no", "category") for i in sheet.tree.indicators])
    relative[exact] = 0.0
    absolute = np.full(line.shape, np.nan)
    if "error" in observations:
        given = observations["error"].to_numpy(float)
        absolute = np.where(reported, given[np.maximum(line, 0)], np.nan)
    low = np.array([-np.inf if i.possible[0] is None else i.possible[0] for i in sheet.tree.indicators])
    high = np.array([np.inf if i.possible[1] is None else i.possible[1] for i in sheet.tree.indicators])
    values = np.where(reported, sheet.data.values, np.nan)
    # a value outside its possible range is kept where the user insisted on it
    low, high = (
        np.fmin(low, np.nanmin(values, axis=1, initial=np.inf)),
        np.fmax(high, np.nanmax(values, axis=1, initial=-np.inf)),
    )
    exposure = _exposure(sheet, observations)
    noise = measure_noise(values, low=low, high=high, relative=relative, absolute=absolute, exposure=exposure)
    stated = ~np.isnan(absolute) | ~np.isnan(exposure)
    return noise, _groups(observations, line), _assumed(cells, stated, reported & sheet.base)


def _exposure(sheet: Sheet, observations: pd.DataFrame) -> np.ndarray:
    """Return in how many units the events behind each value were counted; NaN where nobody says."""
    out = np.full(sheet.data.values.shape, np.nan)
    asked = {k: i.counted_in for k, i in enumerate(sheet.tree.indicators) if i.counted_in}
    entries = sheet.framework.entries
    bases = {over.by: entries[over.by] for over in asked.values()}
    if not bases:
        return out
    opened = open_matrix(observations, tuple(bases.values()), sheet.recipe, "all", rows=sheet.data.rows)
    for leaf, over in asked.items():
        units = opened.values[list(bases).index(over.by)] / over.scale
        # a count has a least value: without one the scale of the error is not known
        floor = sheet.tree.indicators[leaf].possible[0] is not None
        out[leaf] = np.where((units > 0) & floor, units, np.nan)
    return out


def _groups(observations: pd.DataFrame, line: np.ndarray) -> np.ndarray:
    if "error_group" not in observations:
        return np.full(line.shape, INDEPENDENT, np.int64)
    codes, _ = pd.factorize(observations["error_group"].astype(str).replace("", None))
    return np.where(line >= 0, codes[np.maximum(line, 0)], INDEPENDENT).astype(np.int64)


def _assumed(cells: np.ndarray, stated: np.ndarray, used: np.ndarray) -> list[Finding]:
    """Say for how many values the error was assumed, by class."""
    by_class = Counter(cells[used & ~stated].tolist())
    if not by_class:
        return []
    names = {**codelist("quality"), "not_stated": quality_errors()["not_stated_name"]}
    counted = sorted(by_class.items())
    told = {
        lang: "; ".join(f"{names[q or 'not_stated'][lang]}: {n}" for q, n in counted) for lang in LANGUAGES
    }
    params = {
        "n": sum(by_class.values()),
        "of": int(used.sum()),
        "classes": told,
        "standing": codelist("standing")[quality_errors()["standing"]],
    }
    return [Finding("errors-assumed", "note", params=params)]
