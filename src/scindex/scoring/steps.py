"""From values to leaf scores in the Handbook's order: denominate, impute, treat, normalise.

One function for the score itself and for every draw of robustness: draws are one more
axis of the arrays, never another path through the code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scindex.index.deletion import redraw
from scindex.index.denominate import denominate
from scindex.index.impute import IMPUTERS
from scindex.index.normalise import METHODS, TRANSFORMS, Spec
from scindex.index.treat import TREATERS, Treated
from scindex.scoring.sheet import Group, Sheet

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Redraw:
    """How imputed cells are drawn anew.

    Attributes
    ----------
    spread : ndarray, shape (n_leaf,)
        How far off an imputed cell may be.
    normals : ndarray, shape (n_leaf, n_draw, n_row)
        Standard normal numbers.
    filled : ndarray, shape (n_leaf, n_row), or None
        What was filled in without draws, where filling in anew in every draw would take
        too long; it is then the middle of the draws.
    """

    spread: Array
    normals: Array
    filled: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stepped:
    """Leaf scores, and what each step did on the way.

    Attributes
    ----------
    scores : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        [0 to 100 where the method is bounded]
    lost : ndarray of bool
        Values that have no denominator.
    imputed : ndarray of bool
        Values that were filled in.
    treated : tuple of (Group, Treated)
        What treatment did to each group of leaves.
    ready : ndarray
        Values just before normalising: denominated, imputed, treated.
    spec : Spec
        What they were normalised with: goalposts went through the same transformations.
    unfilled : ndarray
        What was imputed, before it was: values in their units, or scores.
    untreated : ndarray
        Values just before treatment.
    """

    scores: Array
    lost: Mask
    imputed: Mask
    treated: tuple[tuple[Group, Treated], ...]
    ready: Array
    spec: Spec
    unfilled: Array
    untreated: Array


def leaf_scores(
    sheet: Sheet,
    values: Array | None = None,
    *,
    worst: Array | None = None,
    best: Array | None = None,
    drawn: Redraw | None = None,
) -> Stepped:
    """Score every leaf.

    Parameters
    ----------
    sheet : Sheet
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row), optional
        Values in place of the sheet's own. [indicator unit]
    worst, best : ndarray, shape (n_leaf, n_draw, 1), optional
        Goalposts in place of the sheet's own. [indicator unit]
    drawn : Redraw, optional
        Draw imputed cells anew.

    Returns
    -------
    Stepped
    """
    x = sheet.data.values if values is None else values
    divided = denominate(x, sheet.denominators, sheet.which, sheet.scale)
    x = divided.values
    x, ends = _transform(sheet, x, _ends(sheet, worst, best))
    base = sheet.base if x.ndim == 2 else sheet.base[:, None, :]
    gaps = np.isnan(x) & base
    early = imputes_values(sheet)
    unfilled = x
    if early:
        x = _impute(sheet, x, gaps, drawn)
    untreated = x
    x, ends, treated = _treat(sheet, np.where(base, x, np.nan), ends)
    spec = _bound(sheet.spec, ends)
    scores = _normalise(sheet, x, spec)
    if not early:
        unfilled = scores
        scores = _impute(sheet, np.where(base, scores, np.nan), gaps, drawn)
    imputed = (gaps & ~np.isnan(scores)) | (sheet.filled if x.ndim == 2 else sheet.filled[:, None, :])
    return Stepped(
        np.where(base, scores, np.nan), divided.lost, imputed, treated, x, spec, unfilled, untreated
    )


def normalise_only(sheet: Sheet, values: Array) -> Array:
    """Score values that are denominated already, without imputing or treating them: (n_leaf, n_row)."""
    x, ends = _transform(sheet, values, _ends(sheet, None, None))
    return _normalise(sheet, x, _bound(sheet.spec, ends))


def _bound(spec: Spec, ends: Array) -> Spec:
    """Return the spec with these worst and best goalposts and targets, each (n_leaf[, n_draw])."""
    return replace(spec, worst=ends[..., 0], best=ends[..., 1], target=ends[..., 2])


def imputes_values(sheet: Sheet) -> bool:
    """Return whether gaps are filled before normalising; goalpost scores are filled after it."""
    imputer = IMPUTERS[sheet.impute.name]
    fixed = all(METHODS[g.method.name].properties.independent for g in sheet.normalise)
    return imputer.on_raw and not (fixed and imputer.on_scores)


def _ends(sheet: Sheet, worst: Array | None, best: Array | None) -> Array:
    """Return worst, best and target of each leaf along a last axis of three: (n_leaf[, n_draw], 3)."""
    own = (sheet.spec.worst, sheet.spec.best, sheet.spec.target)
    if worst is None or best is None:
        return np.stack(own, axis=-1)  # type: ignore[arg-type]
    target = np.where((sheet.spec.sign == 0)[:, None, None], best, own[2][:, None, None])  # type: ignore[index]
    return np.concatenate(np.broadcast_arrays(worst, best, target), axis=-1)


def _transform(sheet: Sheet, x: Array, ends: Array) -> tuple[Array, Array]:
    """Apply the framework's own transforms to values and ends alike."""
    named = np.array([i.transform for i in sheet.tree.indicators])
    if (named == "none").all():
        return x, ends
    x, ends = x.copy(), ends.copy()
    for name in set(named) - {"none"}:
        at = np.flatnonzero(named == name)
        x[at], ends[at] = TRANSFORMS[name](x[at]), TRANSFORMS[name](ends[at])
    return x, ends


def _impute(sheet: Sheet, x: Array, gaps: Mask, drawn: Redraw | None) -> Array:
    if sheet.impute.name == "none" or IMPUTERS[sheet.impute.name].needs_panel:
        return x
    if drawn is not None and drawn.filled is not None:
        filled = np.where(gaps, drawn.filled[:, None, :], x)
    else:
        filled = IMPUTERS[sheet.impute.name].apply(x, gaps, sheet.context, **sheet.impute.options)
    if drawn is None:
        return filled
    limits = (None, None) if imputes_values(sheet) else (0.0, 100.0)
    missing = gaps if gaps.ndim == 2 else gaps[:, 0]  # the same cells in every draw
    return redraw(filled, missing, drawn.spread, drawn.normals, low=limits[0], high=limits[1])


def _treat(sheet: Sheet, x: Array, ends: Array) -> tuple[Array, Array, tuple[tuple[Group, Treated], ...]]:
    if all(g.method.name == "none" for g in sheet.treat):
        return x, ends, ()
    if ends.ndim < x.ndim:  # each draw is treated by itself, and so are its goalposts
        ends = np.broadcast_to(ends[:, None, :], (*x.shape[:2], ends.shape[-1]))
    x, ends = x.copy(), ends.copy()
    needed = _ends_needed(sheet)
    needed = needed if ends.ndim == 2 else needed[:, None, :]
    done: list[tuple[Group, Treated]] = []
    for group in sheet.treat:
        if group.method.name == "none":
            continue
        # an end that the scores do not hang on must not move them either
        reach = np.where(needed, ends, np.nan)[group.leaves]
        treated = TREATERS[group.method.name].treat(x[group.leaves], ends=reach, **group.method.options)
        x[group.leaves] = treated.values
        ends[group.leaves] = treated.apply(ends[group.leaves])
        done.append((group, treated))
    return x, ends, tuple(done)


def _ends_needed(sheet: Sheet) -> Mask:
    """Return which of worst, best and target the normalisation of each leaf looks at: (n_leaf, 3)."""
    needed = np.zeros((len(sheet.tree.indicators), 3), dtype=bool)
    for group in sheet.normalise:
        needs = METHODS[group.method.name].needs
        aimed = np.asarray(sheet.spec.sign)[group.leaves] == 0
        needed[group.leaves, :2] = "worst" in needs
        needed[group.leaves, 2] = ("target" in needs) | (aimed & ("worst" not in needs))
    return needed


def _normalise(sheet: Sheet, x: Array, spec: Spec) -> Array:
    if any(i.kind == "category" for i in sheet.tree.indicators):
        at = [k for k, i in enumerate(sheet.tree.indicators) if i.kind == "category"]
        x = x.copy()
        x[at] -= 1  # a file counts categories from 1
    if len(sheet.normalise) == 1:
        only = sheet.normalise[0]
        own = replace(spec, reference=only.reference)
        return METHODS[only.method.name].apply(x, own, **_options(only.method.options))
    out = np.full(x.shape, np.nan)
    for group in sheet.normalise:
        options = _options(group.method.options)
        part = _part(spec, group)
        out[group.leaves] = METHODS[group.method.name].apply(x[group.leaves], part, **options)
    return out


def _part(spec: Spec, group: Group) -> Spec:
    named = ("sign", "worst", "best", "target", "capped", "scores")
    own = {name: getattr(spec, name)[group.leaves] for name in named}
    return replace(spec, reference=group.reference, **own)


def _options(options: object) -> dict[str, float]:
    """Return the options of a normalisation but the city, which the spec holds as a row."""
    return {k: v for k, v in dict(options).items() if k != "city"}  # type: ignore[call-overload]
