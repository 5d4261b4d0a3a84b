"""What can be counted only where cities were scored."""

from __future__ import annotations

import numpy as np

from scindex.audit.found import Found, share
from scindex.index.coherence import cohere
from scindex.index.importance import LEAST, importance
from scindex.index.rollup import climb
from scindex.scoring import Scores
from scindex.scoring.matrix import NOT_APPLICABLE, REPORTED
from scindex.scoring.sheet import Sheet
from scindex.scoring.steps import leaf_scores
from scindex.uncertainty.leave_out import leave_out
from scindex.uncertainty.nodes import relay, weights_of


def count_result(scores: Scores) -> Found:
    """Count what the ten steps ask of scored data."""
    found, sheet = Found(), relay(scores)
    stepped = leaf_scores(sheet)
    _reported(found, sheet)
    _missing(found, scores, sheet, stepped.imputed)
    _coherence(found, scores, sheet, stepped.scores)
    _left_out(found, scores)
    _traced(found, scores, sheet)
    return found


def _reported(found: Found, sheet: Sheet) -> None:
    state, rows = sheet.data.state, sheet.data.rows
    reported = state == REPORTED
    found.values["reported"] = share(int(reported.sum()), int((state != NOT_APPLICABLE).sum()))
    params = {"cities": int(rows["city_id"].nunique()), "values": int(reported.sum())}
    some = int(reported.any(axis=1).sum())
    found.tell("data_selection", "audit-data", **params, indicators=some, of=len(state))


def _missing(found: Found, scores: Scores, sheet: Sheet, imputed: np.ndarray) -> None:
    base = sheet.base
    gaps = base & np.isnan(np.where(imputed, np.nan, sheet.data.values))
    found.values["missing"] = share(int(gaps.sum()), int(base.sum()))
    used = int((base & ~gaps).sum() + (base & imputed).sum())
    found.values["imputed"] = share(int((base & imputed).sum()), used)
    table = scores.scores[scores.scores["kind"] == "goalposts"]
    told = table["coverage"] > 0
    found.values["bounded"] = share(int(table.loc[told, "missing_low"].notna().sum()), int(told.sum()))
    params = {"n": int(gaps.sum()), "of": int(base.sum()), "method": str(sheet.impute)}
    found.tell("imputation", "audit-missing", **params)


def _coherence(found: Found, scores: Scores, sheet: Sheet, leaves: np.ndarray) -> None:
    """Examine every node of two or more scored children that has enough complete rows."""
    weights = weights_of(scores, sheet)
    up = climb(sheet.shape, leaves, weights)
    nodes = [k for k in range(len(up)) if k or scores.recipe.total]
    asked = examined = clean = children_n = in_step = 0
    redundant = opposed = against = 0
    for node in nodes:
        below = [c for c in sheet.shape.children[node] if not np.isnan(up[c]).all()]
        if len(below) < 2:
            continue
        asked += 1
        children = up[below]
        if int((~np.isnan(children)).all(axis=0).sum()) < LEAST:
            continue
        examined += 1
        seen = cohere(children, up[node])
        counts = len(seen.redundant), len(seen.opposed), len(seen.against)
        redundant, opposed, against = redundant + counts[0], opposed + counts[1], against + counts[2]
        clean += not any(counts)
        moves = importance(children, up[node], weights[below].mean(axis=1), resamples=1)
        known = ~np.isnan(moves.share)
        children_n += int(known.sum())
        in_step += int((known & ~moves.above & ~moves.below).sum())
    found.values["examinable"] = share(examined, asked)
    found.values["coherent"] = share(clean, examined)
    found.values["in_step"] = share(in_step, children_n)
    params = {"examined": examined, "of": asked, "least": LEAST, "rows": leaves.shape[1]}
    found.tell("multivariate_analysis", "audit-examined", **params)
    if examined:
        pairs = {"redundant": redundant, "opposed": opposed, "against": against}
        found.tell("multivariate_analysis", "audit-pairs", **pairs)


def _left_out(found: Found, scores: Scores) -> None:
    table = leave_out(scores).removed
    leaves = table[(table["n_row"] > 1) & table["removed"].isin([i.id for i in scores.tree.indicators])]
    step = "uncertainty_and_sensitivity"
    stated = scores.observations[scores.observations["value"].notna()]
    known = stated["quality"].astype(str) != ""
    if "error" in stated:
        known |= stated["error"].notna()
    found.values["errors_stated"] = share(int(known.sum()), len(stated))
    found.tell(step, "audit-errors", n=int(known.sum()), of=len(stated))
    if leaves.empty:
        found.tell(step, "audit-not-left-out")
        return
    shift = leaves["rank_mean"] / leaves["n_row"]
    worst = leaves.iloc[int(shift.to_numpy().argmax())]
    found.values["leave_one"] = float(shift.max())
    tree = scores.tree
    node = tree.branches[tree.position(str(worst["node"]))]
    removed = tree.branches[tree.position(str(worst["removed"]))].name
    params = {"removed": removed, "node": node.name or tree.level_names["total"]}
    rank = {"mean": round(float(worst["rank_mean"]), 2), "rows": int(worst["n_row"])}
    found.tell(step, "audit-left-out", **params, **rank)


def _traced(found: Found, scores: Scores, sheet: Sheet) -> None:
    stated = scores.observations[scores.observations["value"].notna()]
    traced = int(((stated["where"].astype(str) != "") & (stated["source"].astype(str) != "")).sum())
    table = scores.scores[scores.scores["kind"] == "goalposts"]
    inner = {b.id for b in sheet.tree.branches if b.children}
    nodes = table[table["node"].isin(inner) & (table["n_scorable"] > 0)]
    points = int(nodes["score"].notna().sum())
    found.values["traced"] = share(traced, len(stated))
    found.values["pointed"] = share(points, len(nodes))
    found.tell("back_to_the_data", "audit-traced", n=traced, of=len(stated))
    limit = 100 * scores.recipe.show_coverage
    found.tell("back_to_the_data", "audit-points", n=points, of=len(nodes), limit=limit)
