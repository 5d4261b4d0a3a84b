"""The public functions that analyse a result: each takes one, and returns what prints and holds tables."""

from __future__ import annotations

from scindex.scoring import Scores
from scindex.scoring.coherence import coherence as examine
from scindex.screens.analysed import (
    CoherenceResult,
    LeaveOutResult,
    RankBoundsResult,
    SensitivityResult,
    TradeoffsResult,
)
from scindex.uncertainty.apportion import apportion
from scindex.uncertainty.attainable import attainable
from scindex.uncertainty.leave_out import leave_out as take_away
from scindex.uncertainty.tradeoffs import tradeoffs as price


def tradeoffs(result: Scores, node: str = "", city: str | None = None) -> TradeoffsResult:
    """Return what one unit of each indicator is worth, in score points and in other indicators.

    Parameters
    ----------
    result : ScoreResult
        As `score` or `open_result` returned it.
    node : str
        Id or code; empty: the total if the recipe makes one, else each top node.
    city : str, optional
        Name or id: prices hold at this city's values; ``*``: each city and year at its
        own. Left out: the city in the middle of the ranking.

    Returns
    -------
    TradeoffsResult
        Tables `prices` and `exchange`; `str` of it is its screen.

    Raises
    ------
    UsageError
        If there is no such node or city.

    Examples
    --------
    >>> import scindex as sx
    >>> result = sx.score(sx.read_cities("examples/sample_cities.csv"), "u4ssc", robust=0)
    >>> sx.tradeoffs(result, "economy", "Sample Sands").prices["better"].max().round(3)
    np.float64(4.505)
    """
    return TradeoffsResult.of(price(result, node, city), result)


def leave_out(result: Scores, node: str = "") -> LeaveOutResult:
    """Take away each indicator and each inner node in turn, and say how scores and ranks move.

    Parameters
    ----------
    result : ScoreResult
        As `score` or `open_result` returned it.
    node : str
        Id or code; empty: the total if the recipe makes one, else each top node.

    Returns
    -------
    LeaveOutResult
        Tables `removed` and `changes`; `str` of it is its screen.

    Raises
    ------
    UsageError
        If there is no such node.

    Examples
    --------
    >>> import scindex as sx
    >>> result = sx.score(sx.read_cities("examples/sample_cities.csv"), "u4ssc", robust=0)
    >>> sx.leave_out(result, "economy").removed["removed"].iloc[0]
    'economy.productivity'
    """
    return LeaveOutResult.of(take_away(result, node), result)


def sensitivity(result: Scores, node: str = "", n: int = 64, seed: int = 0) -> SensitivityResult:
    """Share the variance of scores and ranks out among data, goalposts, weights and methods.

    Parameters
    ----------
    result : ScoreResult
        As `score` or `open_result` returned it.
    node : str
        Id or code; empty: the total if the recipe makes one, else each top node.
    n : int
        Base points of each of 16 scramblings, a power of 2.
    seed : int
        Decides every draw; 0 is a seed like any other.

    Returns
    -------
    SensitivityResult
        Table `indices`: first and total order with intervals; `str` of it is its screen.

    Raises
    ------
    UsageError
        If there is no such node.
    MethodError
        If nothing varies, `n` is no power of 2, weights are those of the benefit of the
        doubt, or a draw leaves a city without a score.

    Examples
    --------
    >>> import scindex as sx
    >>> result = sx.score(sx.read_cities("examples/sample_cities.csv"), "u4ssc", robust=0)
    >>> found = sx.sensitivity(result, "economy", n=16).indices
    >>> found[found["output"] == "rank"].set_index("factor")["total"].idxmax()
    'weights'
    """
    return SensitivityResult.of(apportion(result, node, n=n, seed=seed), result)


def coherence(result: Scores, seed: int = 0) -> CoherenceResult:
    """Say whether the parts of each node belong together, and what each really moves.

    Parameters
    ----------
    result : ScoreResult
        As `score` or `open_result` returned it.
    seed : int
        Of the bootstrap behind the intervals of importance.

    Returns
    -------
    CoherenceResult
        Tables `nodes`, `correlations` and `weights`; `str` of it is its screen.

    Examples
    --------
    >>> import scindex as sx
    >>> result = sx.score(sx.read_cities("examples/sample_cities.csv"), "u4ssc", robust=0)
    >>> found = sx.coherence(result)
    >>> found.correlations["n"].max(), [f.code for f in found.findings]
    (np.int64(5), ['coherence-few-cities'])
    """
    return CoherenceResult.of(examine(result, seed=seed), result)


def rank_bounds(result: Scores, node: str = "") -> RankBoundsResult:
    """Return the best and the worst rank of each city over all admissible weights.

    Parameters
    ----------
    result : ScoreResult
        As `score` or `open_result` returned it.
    node : str
        Id or code; empty: the total if the recipe makes one, else each top node.

    Returns
    -------
    RankBoundsResult
        Table `bounds`; `str` of it is its screen.

    Raises
    ------
    UsageError
        If there is no such node.
    MethodError
        If the weights are those of the benefit of the doubt, or no node can be asked:
        its means are of several kinds, or no two cities have every value below it.

    Examples
    --------
    >>> import scindex as sx
    >>> result = sx.score(sx.read_cities("examples/sample_cities.csv"), "u4ssc", robust=0)
    >>> found = sx.rank_bounds(result, "economy").bounds.set_index("city")
    >>> found.loc["Sample Rivers", ["best", "worst"]].tolist()
    [1, 1]
    """
    return RankBoundsResult.of(attainable(result, node), result)
