"""One comparison: a city beside its peers, or all cities beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from scindex.comparison.bench import is_outdated, names_of, work
from scindex.comparison.gaps import common_base, node_gaps, strengths, value_gaps
from scindex.comparison.levers import Levers, levers
from scindex.comparison.nodes import comparable_nodes, latest_rows
from scindex.comparison.peers import Peers, find_peers
from scindex.comparison.reporting import Worth, worth_reporting
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.scoring import Scores


@dataclass(frozen=True, eq=False)
class Comparison:
    """A city beside its peers, or all cities beside each other.

    Attributes
    ----------
    scores : Scores
    city_id : str
        The city compared; empty where all are.
    peers : Peers or None
        None where no city is named.
    nodes : DataFrame
        `node_gaps`, with city_id and city in front: of the city at every node and
        indicator, or of every city at the nodes that two or more measure well enough.
    values : DataFrame
        `value_gaps` of the city; empty where none is named.
    strengths : DataFrame
        `strengths` of the city, likewise.
    other_id : str
        The city on whose common base it was compared; empty without one.
    common : DataFrame
        `common_base` with that city.
    levers : tuple of Levers
        What would raise its score, for each node asked for.
    reporting : tuple of Worth
        The values whose reporting would settle most.
    findings : tuple of Finding
    """

    scores: Scores
    city_id: str
    peers: Peers | None
    nodes: pd.DataFrame
    values: pd.DataFrame = field(default_factory=pd.DataFrame)
    strengths: pd.DataFrame = field(default_factory=pd.DataFrame)
    other_id: str = ""
    common: pd.DataFrame = field(default_factory=pd.DataFrame)
    levers: tuple[Levers, ...] = ()
    reporting: tuple[Worth, ...] = ()
    findings: tuple[Finding, ...] = ()


Raised = tuple[str, float | None]
"""A node and by how many points to raise it; None up to the next rank."""


def compare_all(scores: Scores) -> Comparison:
    """Set all cities beside each other where two or more are measured well enough.

    Parameters
    ----------
    scores : Scores

    Returns
    -------
    Comparison

    Raises
    ------
    DataError
        If there is only one city.
    """
    names = names_of(scores)
    _refuse_one(names)
    rows = latest_rows(scores)
    rows = rows[rows["node"].isin([c.branch.id for c in comparable_nodes(scores)])]
    parts = []
    for city_id in sorted(names):
        others = [c for c in sorted(names) if c != city_id]
        parts.append(_told(names, city_id, node_gaps(scores, city_id, others, rows)))
    table = pd.concat(parts, ignore_index=True)
    return Comparison(scores, "", None, table, findings=tuple(_relative(scores)))


def compare_city(
    scores: Scores,
    city_id: str,
    *,
    peers: str = "all",
    other_id: str = "",
    raised: Sequence[Raised] = (),
) -> Comparison:
    """Set a city beside its peers.

    Parameters
    ----------
    scores : Scores
    city_id : str
    peers : str
        As `find_peers` reads it.
    other_id : str, optional
        A city to compare with on what both report.
    raised : sequence of (str, float or None)
        Nodes whose score is to be raised, and by how much.

    Returns
    -------
    Comparison

    Raises
    ------
    UsageError
        If the group, the node or the points make no sense, or a city is compared with itself.
    DataError
        If there is nothing to compare it with.
    """
    names = names_of(scores)
    _refuse_one(names)
    if other_id == city_id:
        raise UsageError(Finding("compare-same-city", params={"city": names[city_id]}))
    found = find_peers(scores, city_id, peers)
    nodes = node_gaps(scores, city_id, found.ids)
    findings = [*_missing(scores, found, names), *_relative(scores)]
    bench = work(scores)
    common = pd.DataFrame()
    if other_id:
        common = common_base(bench, city_id, other_id)
        if common.empty:
            params = {"city": names[city_id], "other": names[other_id]}
            raise DataError(Finding("compare-no-common", params=params))
    if is_outdated(scores):
        findings += [f for f in scores.findings if f.code == "definition-changed"]
    return Comparison(
        scores,
        city_id,
        found,
        _told(names, city_id, nodes),
        value_gaps(bench, city_id, found.ids),
        strengths(bench, city_id, found.ids),
        other_id,
        common,
        tuple(levers(scores, city_id, node, points) for node, points in raised),
        tuple(worth_reporting(scores, city_id)),
        tuple(findings),
    )


def _refuse_one(names: dict[str, str]) -> None:
    if len(names) < 2:
        raise DataError(Finding("compare-one-city", params={"city": next(iter(names.values()), "-")}))


def _told(names: dict[str, str], city_id: str, table: pd.DataFrame) -> pd.DataFrame:
    table.insert(0, "city", names[city_id])
    table.insert(0, "city_id", city_id)
    return table


def _relative(scores: Scores) -> list[Finding]:
    return [f for f in scores.findings if f.code in ("relative-scores", "relative-by-year")]


def _missing(scores: Scores, peers: Peers, names: dict[str, str]) -> list[Finding]:
    """Say which cities and which context could not enter."""
    entries = scores.framework.context
    found = []
    if peers.left_out:
        used = [entries[e].name for e in peers.used]
        params = {"entries": used, "cities": [names.get(c, c) for c in peers.left_out[:10]]}
        found.append(Finding("peers-left-out", "note", params=params))
    if peers.unknown:
        params = {"entries": [entries[e].name for e in peers.unknown], "city": names[peers.city_id]}
        found.append(Finding("peers-context-missing", "note", params=params))
    return found
