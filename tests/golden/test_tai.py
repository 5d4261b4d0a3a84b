"""The Handbook's Technology Achievement Index, by aggregation and by order (OECD/JRC, 2008, step 6).

Reproduced from the raw data of Table A.2, 23 countries:

- linear aggregation with UNDP's goalposts of 2001 and equal weights: all 23 ranks of Table 38
  (LIN) and of Table 23 (EW), Singapore eighth although the Handbook lists it tenth;
- the same with budget-allocation weights: all 23 ranks of Table 23 (BAP);
- geometric aggregation of the raw values: all 23 ranks of Table 38 (GME);
- the outranking matrix of five countries (Table 36) and the six supports of Table 37, of which
  three are the greatest: the order is not unique, and is found so.

Not reproduced, and by how much:

- FA and AHP of Table 23: four and three countries differ by one or two places, since the
  weights are printed to two decimals only (the exceptions stand in the test);
- the values of the index itself: no source at hand prints them to three decimals;
- NCMC of Table 38: with the data of Table A.2 the printed order has a support of 181.875 of
  253, the order of Kemeny-Young 184.5. What the ties of the printed values may hide is less than
  that gap, so the printed order is not the best of any data that round to the printed ones;
  Germany (printed 7th, found 12th) differs most.
"""

from pathlib import Path

import numpy as np
import pytest
import yaml

from scindex.index.aggregate import arithmetic, geometric
from scindex.index.orders import kemeny, majorities, outranking_matrix

HERE = Path(__file__).parent
DATA = yaml.safe_load((HERE / "tai.yaml").read_text(encoding="utf-8"))
PRINTED = yaml.safe_load((HERE / "tai_ranks.yaml").read_text(encoding="utf-8"))
NAMES = list(PRINTED["table_38"])
RAW = np.array([DATA["countries"][name] for name in NAMES], dtype=float).T


def goalpost_scores():
    """0 to 100 between the goalposts; telephones and electricity in logarithms, cut off."""
    worst, best = (np.array(PRINTED["goalposts"][end], dtype=float) for end in ("worst", "best"))
    worst[4:6], best[4:6] = np.log10(worst[4:6]), np.log10(best[4:6])
    return 100 * np.clip((RAW - worst[:, None]) / (best - worst)[:, None], 0, 1)


def ranks(scores):
    return dict(zip(NAMES, (1 + (scores[None, :] > scores[:, None]).sum(axis=1)).tolist()))


def printed(table, column):
    return {name: row[column] for name, row in PRINTED[table].items()}


def test_linear_aggregation_between_the_goalposts_of_2001():
    assert ranks(arithmetic(goalpost_scores(), np.ones((8, 1)))) == printed("table_38", 0)


def test_geometric_aggregation_of_the_raw_values():
    assert ranks(geometric(RAW, np.ones((8, 1)))) == printed("table_38", 2)


# printed rank and ours, where weights of two decimals do not settle it
APART = {
    "EW": {},
    "FA": {"Singapore": (11, 10), "Canada": (10, 11), "Czech Republic": (21, 22), "Slovenia": (22, 21)},
    "BAP": {},
    "AHP": {"New Zealand": (18, 19), "Israel": (17, 18), "Spain": (19, 17)},
}


@pytest.mark.parametrize("column", range(4))
def test_ranks_by_four_sets_of_weights(column):
    method = list(PRINTED["table_22"])[column]
    weights = np.array(PRINTED["table_22"][method])[:, None]
    ours, theirs = ranks(arithmetic(goalpost_scores(), weights)), printed("table_23", column)
    assert {n: (theirs[n], ours[n]) for n in NAMES if theirs[n] != ours[n]} == APART[method]


def five():
    return list(PRINTED["table_35"]), np.array(list(PRINTED["table_35"].values()), dtype=float).T


def test_the_outranking_matrix_of_five_countries():
    assert outranking_matrix(five()[1], np.ones(8)).tolist() == PRINTED["table_36"]


def test_the_best_orders_of_five_countries():
    names, values = five()
    order = kemeny(values, np.ones(8))
    best = max(row[0] for row in PRINTED["table_37"])
    found = [names[i] for i in np.argsort(order.rank)]
    assert order.score == order.bound == best
    assert order.unique is False
    assert found[3:] == ["Japan", "Korea, Rep. of"]
    assert [best, *found[:3]] in PRINTED["table_37"]


def test_the_six_supports_of_table_37():
    names, values = five()
    shares = outranking_matrix(values, np.ones(8))
    for support, *leaders in PRINTED["table_37"]:
        order = [names.index(n) for n in [*leaders, "Japan", "Korea, Rep. of"]]
        assert sum(shares[a, b] for i, a in enumerate(order) for b in order[i + 1 :]) == support


def test_the_printed_order_of_23_countries_is_not_the_best_supported():
    """Nor can it be with the digits that rounding took: what ties hide is less than the gap."""
    theirs = np.array(list(printed("table_38", 1).values()), dtype=float)
    ours = kemeny(RAW, np.ones(8))
    first, second = (np.sign(rank[None, :] - rank[:, None]) for rank in (theirs, ours.rank))
    support = (23 * 22 / 2 + (first * majorities(RAW, np.ones(8))).sum() / 2) / 2
    ties = sum((row[:, None] == row[None, :]).astype(float) for row in RAW)
    hidden = (ties * np.abs(first - second)).sum() / 2 / 16
    assert (support, ours.score, hidden) == (181.875, 184.5, 0.625)
    assert support + hidden < ours.score
    gaps = dict(zip(NAMES, (ours.rank - theirs).astype(int).tolist()))
    assert max(gaps, key=lambda name: abs(gaps[name])) == "Germany"
