"""Where cities can be compared: their order at a node, and how far it is settled."""

from __future__ import annotations

from collections import Counter

from scindex.comparison import (
    COMMON,
    OPEN,
    TIED,
    WHATEVER,
    Comparable,
    comparable_nodes,
    latest_rows,
    own_tree,
)
from scindex.messages import label, local
from scindex.scoring import Scores
from scindex.screens.layout import clean, pad, rounded, width, wrap

MOST_NODES = 8


def comparable(scores: Scores, columns: int) -> list[str]:
    """Return a line for each node that two or more cities measure well enough.

    Parameters
    ----------
    scores : Scores
    columns : int
        To fill.

    Returns
    -------
    list of str
        Empty for a single city.
    """
    if latest_rows(scores)["city_id"].nunique() < 2:
        return []
    own = own_tree(scores)
    found = comparable_nodes(own)
    groups = [c for c in found if c.branch.leaf < 0]
    lines: list[str] = []
    if groups:
        name = min(max(width(local(c.branch.name)) for c in groups), 28)
        for node in groups[:MOST_NODES]:
            lines += wrap(_comparable_line(node, name), columns - 2, name + 8)
    single = [c for c in found if c.branch.leaf >= 0] + groups[MOST_NODES:]
    if single:
        names = ", ".join(local(c.branch.name) for c in single[:3]) + (", ..." if len(single) > 3 else "")
        lines += wrap(label("screen.single-indicators", n=len(single), names=names), columns - 2, 2)
    return lines or [label("screen.nothing-comparable", limit=round(100 * scores.recipe.show_coverage))]


MOST_PLACES = 8
"""Cities named in one line of the comparison."""


def _comparable_line(node: Comparable, name: int) -> str:
    close = len({rounded(s.score) for s in node.standings}) < len({s.score for s in node.standings})
    digits = 1 if close and len(node.standings) <= 20 else 0
    shown, places = 0, []
    for group in node.groups:
        part = group[: MOST_PLACES - shown]
        shown += len(part)
        places.append(", ".join(_place(node, i, digits) for i in part))
        if shown == MOST_PLACES:
            break
    text = " > ".join(places)
    if shown < len(node.standings):
        text += label("screen.more-cities", n=len(node.standings) - shown)
    n = len(node.groups)
    groups = label("screen.group" if n == 1 else "screen.groups", n=n)
    head = f"{pad(local(node.branch.name), name)}  {node.n_scorable:>2}/{node.n:<2}"
    return f"{head} {text}{_settled(node)} [{groups}]"


def _place(node: Comparable, position: int, digits: int) -> str:
    s = node.standings[position]
    span = f" ({rounded(s.low, digits)}-{rounded(s.high, digits)})" if s.high - s.low > 0.5 else ""
    return f"{clean(s.city)} {rounded(s.score, digits)}{span}"


def _settled(node: Comparable) -> str:
    count = Counter(p.settled for p in node.pairs)
    if len(node.groups) == len(node.standings) or not node.pairs:
        return ""
    if count[WHATEVER] == len(node.pairs):
        return ""
    names = {s.city_id: clean(s.city) for s in node.standings}
    common = [f"{names[p.first]} > {names[p.second]}" for p in node.pairs if p.settled == COMMON]
    group = {node.standings[i].city_id: n for n, g in enumerate(node.groups) for i in g}
    inside = [p for p in node.pairs if p.settled == WHATEVER and group[p.first] == group[p.second]]
    text = f"; {', '.join(f'{names[p.first]} > {names[p.second]}' for p in inside[:3])}" if inside else ""
    text += f"; {label('screen.on-common-base')} {', '.join(common[:3])}" if common else ""
    still_open = count[OPEN]
    if still_open:
        text += f"; {label('screen.open.one' if still_open == 1 else 'screen.open', n=still_open)}"
    if count[TIED]:
        text += f"; {label('screen.tied.one' if count[TIED] == 1 else 'screen.tied', n=count[TIED])}"
    return text
