"""How far ranks hold: groups that can be told apart, rank ranges, and what moves them most."""

from __future__ import annotations

from scindex.messages import label, local, number
from scindex.scoring.tree import Tree
from scindex.screens.layout import clean, pad, terminal_width, width, wrap
from scindex.uncertainty.robustness import Robustness

MOST_NODES, MOST_PLACES = 8, 12


def sure(robust: Robustness, tree: Tree, columns: int) -> list[str]:
    """Return a line for each node whose cities were ranked.

    Parameters
    ----------
    robust : Robustness
    tree : Tree
        For the names of nodes.
    columns : int
        To fill.

    Returns
    -------
    list of str
        Empty where nothing was ranked.
    """
    named = {b.id: local(b.name) or label("screen.total") for b in tree.branches}
    nodes = list(dict.fromkeys(robust.ranks["node"].astype(str)))
    if not nodes:
        return []
    space = min(max(width(named[n]) for n in nodes), 28)
    lines = wrap(_what(robust), columns - 2, 2)
    for node in nodes[:MOST_NODES]:
        lines += wrap(f"{pad(named[node], space)}  {_order(robust, node)}", columns - 2, space + 2)
    if len(nodes) > MOST_NODES:
        lines += wrap(label("sure.more-nodes", n=len(nodes) - MOST_NODES), columns - 2, 2)
    return lines + [line for text in _moved_by(robust) for line in wrap(text, columns - 2, 2)]


def screen(robust: Robustness, tree: Tree) -> str:
    """Return the screen of a robustness analysis alone."""
    columns = terminal_width()
    lines = sure(robust, tree, columns) or [label("sure.nothing")]
    return "\n".join([label("screen.sure"), *(f"  {line}" for line in lines)])


def _what(robust: Robustness) -> str:
    factors = [label(f"factor.{f}") for f in robust.plan.factors]
    return label("sure.what", n=number(robust.n), factors=factors, seed=robust.plan.seed)


def _order(robust: Robustness, node: str) -> str:
    """Cities in groups told apart, each with the ranks it has in 90 % of the draws."""
    mine = robust.ranks[robust.ranks["node"] == node]
    columns = ("city_id", "rank_median", "first", "city", "rank_p05", "rank_p95")
    ranks = {str(row[0]): row for row in zip(*(mine[c].tolist() for c in columns))}
    groups = robust.groups[robust.groups["node"] == node]
    if groups.empty:
        return label("sure.too-many", n=len(ranks))
    places, shown = [], 0
    for _, members in groups.groupby("group", sort=True):
        ids = sorted(members["city_id"].astype(str), key=lambda c: (ranks[c][1], -ranks[c][2], c))
        part = ids[: MOST_PLACES - shown]
        shown += len(part)
        places.append(", ".join(_place(*ranks[c][3:]) for c in part))
        if shown >= MOST_PLACES:
            break
    text = " > ".join(places)
    if shown < len(ranks):
        text += label("screen.more-cities", n=len(ranks) - shown)
    n = groups["group"].nunique()
    told = label("screen.group" if n == 1 else "screen.groups", n=n)
    pairs = robust.pairs[robust.pairs["node"] == node]
    if len(ranks) > 2:
        told += "; " + label("sure.pairs", n=int(pairs["settled"].sum()), of=len(pairs))
    return f"{text} [{told}]"


def _place(city: str, low: float, high: float) -> str:
    return f"{clean(city)} {low:.0f}" + (f"-{high:.0f}" if high > low else "")


def _moved_by(robust: Robustness) -> list[str]:
    """Say which factor moves scores most, over the nodes together."""
    table = robust.contributions
    if table.empty:
        return []
    sums = table.groupby("factor")["score_sd"].mean().sort_values(ascending=False)
    told = [f"{label(f'factor.{f}')} {'< 0.1' if sd < 0.05 else format(sd, '.1f')}" for f, sd in sums.items()]
    return [label("sure.moved-by", parts=told)] if told else []
