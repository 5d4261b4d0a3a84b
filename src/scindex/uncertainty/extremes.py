"""Best and worst rank over all admissible weights: a mixed-integer programme for each row."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scindex.index.rollup import Shape
from scindex.uncertainty.admissible import TOLERANCE, largest_sum, linear_scores

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_OPEN = 40
"""Rivals of one row whose order is open, up to which its ranks are computed exactly."""
NODES = 2_000
"""Nodes of the search tree after which a programme gives what it has; never a time."""

ROUNDS = 20
"""Times that a solution which held by the solver's slip alone is cut off."""


@dataclass(frozen=True, slots=True)
class RankBounds:
    """Ranks that each row can have; every array has shape (n_row,).

    Attributes
    ----------
    best, worst : ndarray of int
        1 is first. No admissible weights give a better or a worse rank.
    best_exact, worst_exact : ndarray of bool
        Whether some admissible weights give just that rank. Elsewhere it is a bracket:
        the rank may be out of reach.
    """

    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    best_exact: Mask
    worst_exact: Mask


@dataclass(frozen=True, slots=True)
class _Rivals:
    """One row against those whose order with it is open."""

    sure: int  # rows ahead whatever the weights
    lead: Array  # rivals' leaf scores minus the row's, shape (n_leaf, n_rival)
    most: Array  # largest lead of each rival
    least: Array  # smallest lead of each rival: below 0


def rank_bounds(
    shape: Shape, scores: Array, low: Array, high: Array, *, most_open: int = MOST_OPEN, nodes: int = NODES
) -> RankBounds:
    r"""Return the best and the worst rank of each row over all admissible weights.

    Parameters
    ----------
    shape : Shape
        The tree, with arithmetic means only or geometric means only.
    scores : ndarray, shape (n_leaf, n_row)
        Leaf scores, complete or imputed. [0 to 100]
    low, high : ndarray, shape (n_node,)
        Bounds of each node's share among its siblings. [0 to 1]
    most_open : int
        A row with more rivals whose order is open gets a bracket.
    nodes : int
        Nodes of the search tree after which a programme stops and gives a bracket.

    Returns
    -------
    RankBounds

    Raises
    ------
    MethodError
        If `linear_scores` refuses.

    Notes
    -----
    Shares multiply down the tree, but the mass that reaches a node does not: with
    :math:`m_{root} = 1`, :math:`l_k m_{parent} \le m_k \le h_k m_{parent}` and
    :math:`\sum_k m_k = m_{parent}`, scores are linear in the masses of the leaves. With
    :math:`y_b \in \{0, 1\}` and rival :math:`b`'s lead :math:`d_b(m)`, the best rank of a
    row is 1 + sure rivals + :math:`\min \sum y_b` where :math:`d_b(m) \le u_b y_b`, and
    the worst 1 + sure rivals + :math:`\max \sum y_b` where
    :math:`d_b(m) \ge \epsilon y_b + l_b (1 - y_b)`. The constants :math:`u_b, l_b` are
    the largest and smallest leads of `largest_sum`: the tightest there are.

    A solver lets a constraint slip a little, so a rank counts as exact only after a
    linear programme: with those rivals ahead that the solution has ahead, the others can
    all be kept within `TOLERANCE` (best), or these all ahead by more (worst). If not,
    that set of rivals is cut off and the programme solved again.
    Beyond the limits the bracket is the necessary order: best is 1 + rows surely ahead,
    worst is the number of rows less those surely behind.

    Ranks are 1 + number of rows ahead by more than `TOLERANCE`.

    References
    ----------
    .. [1] Kadzinski, Greco and Slowinski, "Extreme ranking analysis in robust ordinal
       regression", Omega 40 (4), 2012.

    Examples
    --------
    >>> from scindex.uncertainty.admissible import bounds_open
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
    >>> scores = np.array([[10.0, 20.0, 12.0], [30.0, 10.0, 15.0]])
    >>> found = rank_bounds(shape, scores, *bounds_open(shape))
    >>> found.best.tolist(), found.worst.tolist()
    ([1, 1, 2], [3, 3, 3])
    """
    linear = linear_scores(shape, scores, low, high)
    n_row = linear.shape[1]
    flows = _flows(shape, low, high)
    best, worst = np.zeros(n_row, dtype=np.int64), np.zeros(n_row, dtype=np.int64)
    best_exact, worst_exact = np.zeros(n_row, dtype=bool), np.zeros(n_row, dtype=bool)
    with _silent():
        for row in range(n_row):
            rivals = _rivals(shape, linear, low, high, row)
            few = len(rivals.most) <= most_open
            ends = [_extreme(shape, flows, rivals, up, nodes if few else 0) for up in (True, False)]
            (best[row], best_exact[row]), (worst[row], worst_exact[row]) = ends
    return RankBounds(best, worst, best_exact, worst_exact)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Keep what the solver prints out of standard output, where data go.

    HiGHS 1.12 prints a line where it repairs a solution, whatever its options say
    (jump-dev/HiGHS.jl, issue 312).
    """
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except (OSError, ValueError):  # no standard output to keep clean
        yield
        return
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device, not a file
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        # what C still holds would come out after all
        with contextlib.suppress(OSError, TypeError, AttributeError):
            ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)


def _rivals(shape: Shape, linear: Array, low: Array, high: Array, row: int) -> _Rivals:
    lead = linear - linear[:, [row]]
    most, least = largest_sum(shape, lead, low, high), -largest_sum(shape, -lead, low, high)
    sure = least > TOLERANCE
    undecided = (most > TOLERANCE) & ~sure
    return _Rivals(int(sure.sum()), lead[:, undecided], most[undecided], least[undecided])


def _flows(shape: Shape, low: Array, high: Array) -> LinearConstraint:
    """Return what masses of nodes obey: shares within bounds, children sum to their parent."""
    from scipy import sparse

    rows: list[tuple[dict[int, float], float, float]] = [({0: 1.0}, 1.0, 1.0)]
    for node, children in enumerate(shape.children):
        if children:
            rows.append(({node: -1.0, **dict.fromkeys(children, 1.0)}, 0.0, 0.0))
        for child in children:
            rows.append(({child: 1.0, node: -float(low[child])}, 0.0, np.inf))
            rows.append(({child: 1.0, node: -float(high[child])}, -np.inf, 0.0))
    matrix = sparse.lil_array((len(rows), len(shape.children)))
    for at, (terms, _, _) in enumerate(rows):
        for node, factor in terms.items():
            matrix[at, node] = factor
    return _between(matrix, np.array([r[1] for r in rows]), np.array([r[2] for r in rows]))


def _between(matrix: Any, least: Any, most: Any) -> LinearConstraint:
    from scipy import sparse
    from scipy.optimize import LinearConstraint

    return LinearConstraint(sparse.csr_array(matrix), least, most)


def _beside(flows: LinearConstraint, columns: int) -> LinearConstraint:
    """Return the same constraints with columns of zeros for variables of another kind."""
    from scipy import sparse

    zeros = sparse.csr_array((flows.A.shape[0], columns))
    return _between(sparse.hstack([flows.A, zeros]), flows.lb, flows.ub)


def _extreme(
    shape: Shape, flows: LinearConstraint, rivals: _Rivals, up: bool, nodes: int
) -> tuple[int, bool]:
    """Return the best (`up`) or worst rank, and whether some weights reach it."""
    n_open, first = len(rivals.most), 1 + rivals.sure
    bracket = first + (0 if up else n_open)
    if n_open == 0 or nodes == 0:
        return bracket, n_open == 0
    lead = _of_nodes(shape, rivals.lead)
    rules = [_beside(flows, n_open), _switches(lead, rivals, up)]
    for _ in range(ROUNDS):
        found = _count(rules, n_open, up, nodes)
        if found.mip_dual_bound is None or not np.isfinite(found.mip_dual_bound):
            return bracket, False
        # at least this many rivals are ahead (up), or at most this many
        count = int(np.ceil(found.mip_dual_bound - 1e-6)) * (1 if up else -1)
        bracket = first + min(max(count, 0), n_open)
        if found.x is None:
            return bracket, False
        ahead = found.x[-n_open:] > 0.5
        if int(ahead.sum()) != count:
            return bracket, False
        if _holds(flows, lead, ahead, up):
            return bracket, True
        # by the slip of the solver only: these cannot all be held back (up), or all be ahead
        cut = np.r_[np.zeros(lead.shape[1]), ~ahead if up else ahead][None]
        rules.append(_between(cut, 1.0 if up else 0.0, np.inf if up else count - 1.0))
    return bracket, False


def _of_nodes(shape: Shape, lead: Array) -> Array:
    """Return the leads as coefficients of the masses of nodes, shape (n_rival, n_node)."""
    out = np.zeros((lead.shape[1], len(shape.children)))
    places = [(node, leaf) for node, leaf in enumerate(shape.leaf) if leaf >= 0]
    out[:, [node for node, _ in places]] = lead[[leaf for _, leaf in places]].T
    return out


def _switches(lead: Array, rivals: _Rivals, up: bool) -> LinearConstraint:
    """Return what ties a rival's lead to whether it counts as ahead."""
    # rows are divided by their constant, so that a slip of the solver is as small in each
    from scipy import sparse

    step = rivals.most if up else 2 * TOLERANCE - rivals.least
    terms = sparse.hstack([lead / step[:, None], -sparse.eye_array(len(step))])
    return _between(terms, -np.inf if up else rivals.least / step, 0.0 if up else np.inf)


def _count(rules: list[LinearConstraint], n_open: int, up: bool, nodes: int) -> Any:
    """Minimise (`up`) or maximise the number of rivals ahead."""
    from scipy.optimize import Bounds, milp

    n_node = rules[0].A.shape[1] - n_open
    return milp(
        np.r_[np.zeros(n_node), np.full(n_open, 1.0 if up else -1.0)],
        integrality=np.r_[np.zeros(n_node), np.ones(n_open)],
        bounds=Bounds(0, 1),
        constraints=rules,
        options={"node_limit": nodes},
    )


def _holds(flows: LinearConstraint, lead: Array, ahead: Mask, up: bool) -> bool:
    """Say whether some masses keep all others within the tolerance (`up`), or these all ahead."""
    from scipy.optimize import Bounds, milp

    held = lead[~ahead] if up else lead[ahead]
    if len(held) == 0:
        return True
    n_node = lead.shape[1]
    # one variable more: the largest lead of those held back, or the least of those ahead
    rule = _between(np.c_[held, -np.ones(len(held))], -np.inf if up else 0.0, 0.0 if up else np.inf)
    found = milp(
        np.r_[np.zeros(n_node), 1.0 if up else -1.0],
        bounds=Bounds(np.r_[np.zeros(n_node), -np.inf], np.r_[np.ones(n_node), np.inf]),
        constraints=[_beside(flows, 1), rule],
    )
    if found.x is None:
        return False
    return bool(found.x[-1] <= TOLERANCE) if up else bool(found.x[-1] > TOLERANCE)
