import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex import methods
from scindex.errors import MethodError
from scindex.index.deletion import deletion_test, redraw
from scindex.index.impute import IMPUTERS, Context

nan = np.nan
few = settings(max_examples=25)
cell = st.one_of(st.none(), st.floats(0, 100))
worlds = st.lists(st.lists(cell, min_size=12, max_size=12), min_size=4, max_size=4).map(
    lambda rows: np.array([[nan if v is None else v for v in row] for row in rows])
)
named = pytest.mark.parametrize("name", sorted(IMPUTERS))


def context(n_leaf=4, n_row=12, **given):
    """Six cities in two years, three groups, two nodes."""
    rows = np.arange(n_row)
    plain = {
        "group": rows % 3,
        "siblings": np.arange(n_leaf) // 2,
        "weight": np.arange(1.0, n_leaf + 1),
        "city": rows // 2,
        "year": 2020 + rows % 2,
    }
    return Context(**{**plain, **given})


def options(name):
    return {"k": 2} if name == "knn" else {"rounds": 2} if name == "iterative" else {}


def fill(name, values, gaps=None, about=None, **given):
    gaps = np.isnan(values) if gaps is None else gaps
    about = context(*values.shape) if about is None else about
    return IMPUTERS[name].apply(values, gaps, about, **{**options(name), **given})


def test_every_method_of_a_recipe_is_there_with_its_options():
    assert set(IMPUTERS) == set(methods.STEPS["impute"])
    values = np.arange(48.0).reshape(4, 12)
    for name, known in methods.STEPS["impute"].items():
        taken = {key: "size" if key == "group" else known[key].default for key in known}
        assert (fill(name, values, **taken) == values).all()


# what every method promises


@named
@given(values=worlds, extra=st.integers(0, 47))
@few
def test_only_gaps_are_filled(name, values, extra):
    gaps = np.isnan(values)
    gaps.flat[extra] = False  # does not apply: missing for good
    before = values.copy()
    filled = fill(name, values, gaps)
    assert np.array_equal(filled[~gaps], values[~gaps], equal_nan=True)
    assert np.array_equal(values, before, equal_nan=True)


@named
@given(values=worlds)
@few
def test_a_draw_gets_what_it_gets_alone(name, values):
    draws = np.stack([values, values[:, ::-1]], axis=1)
    both = fill(name, draws, np.isnan(draws), context())
    for i in range(2):
        assert np.array_equal(both[:, i], fill(name, draws[:, i]), equal_nan=True)


@named
@given(values=worlds, order=st.permutations(range(12)))
@few
def test_the_order_of_rows_does_not_matter(name, values, order):
    order = list(order)
    about = context()
    moved = Context(about.group[order], about.siblings, about.weight, about.city[order], about.year[order])
    shuffled = fill(name, values[:, order], about=moved)
    tolerance = {"rtol": 0, "atol": 1e-2 if name == "iterative" else 1e-9}
    assert np.allclose(shuffled, fill(name, values)[:, order], equal_nan=True, **tolerance)


@named
def test_the_same_in_gives_the_same_bits_out(name):
    values = np.random.default_rng(1).uniform(0, 100, (4, 12))
    values[0, 3] = values[2, 5] = nan
    assert fill(name, values).tobytes() == fill(name, values).tobytes()


# what each claims in its row of the table


@pytest.mark.parametrize("name", [n for n, m in IMPUTERS.items() if m.properties.bounded])
@given(values=worlds)
@few
def test_filled_values_stay_in_the_range_of_scores(name, values):
    filled = fill(name, values)
    assert not (filled < -1e-9).any()
    assert not (filled > 100 + 1e-9).any()


@pytest.mark.parametrize("name", [n for n, m in IMPUTERS.items() if m.on_raw])
@given(values=worlds)
@few
def test_filled_values_stay_among_the_known_values_of_their_indicator(name, values):
    for row, filled in zip(values, fill(name, values), strict=True):
        known = row[~np.isnan(row)]
        new = filled[np.isnan(row) & ~np.isnan(filled)]
        if new.size:
            assert known.min() - 1e-9 <= new.min() <= new.max() <= known.max() + 1e-9


@pytest.mark.parametrize("name", [n for n, m in IMPUTERS.items() if m.properties.monotone])
@given(values=worlds, which=st.integers(0, 47), gain=st.floats(0, 50))
@few
def test_a_higher_known_value_never_lowers_a_filled_one(name, values, which, gain):
    higher = values.copy()
    higher.flat[which] += gain
    before, after = fill(name, values), fill(name, higher)
    both = ~np.isnan(before)
    assert (after[both] >= before[both] - 1e-9).all()


def test_a_higher_value_may_lower_what_neighbours_give():
    values = np.array([[0.0, 10.0, 1.0], [90.0, 20.0, nan]])
    better = np.array([[0.0, 10.0, 9.0], [90.0, 20.0, nan]])
    assert fill("knn", values, k=1)[1, 2] == 90
    assert fill("knn", better, k=1)[1, 2] == 20


def test_a_higher_value_may_lower_what_a_regression_gives():
    down = np.array([np.arange(12.0), 50 - 4 * np.arange(12.0)])
    down[1, 6] = nan
    more = down.copy()
    more[0, 6] += 2
    assert fill("iterative", more, rounds=10)[1, 6] < fill("iterative", down, rounds=10)[1, 6] - 1


@pytest.mark.parametrize("name", [n for n, m in IMPUTERS.items() if m.properties.independent])
@given(values=worlds, other=st.lists(st.floats(0, 100), min_size=4, max_size=4))
@few
def test_another_city_moves_nothing(name, values, other):
    changed = values.copy()
    changed[:, -2:] = np.array(other)[:, None]
    assert np.array_equal(fill(name, changed)[:, :-2], fill(name, values)[:, :-2], equal_nan=True)


@pytest.mark.parametrize("name", [n for n, m in IMPUTERS.items() if not m.properties.independent])
def test_another_city_moves_what_depends_on_the_others(name):
    values = np.array([np.arange(12.0), np.arange(12.0) ** 2, 3 + np.arange(12.0), np.ones(12)])
    values[0, 2] = nan
    changed = values.copy()
    changed[0, [3, 5, 8]] += 6
    assert fill(name, changed)[0, 2] != fill(name, values)[0, 2]


@named
def test_it_needs_as_many_known_values_as_it_says(name):
    at_least = IMPUTERS[name].properties.at_least
    values = np.random.default_rng(0).uniform(0, 100, (4, 12))
    known = {"latest": 0, "linear": 0, "constant": 0}.get(name)  # the panel's own city
    for n in range(at_least + 1):
        values[0] = nan
        values[0, ([known] if known is not None else range(n))[:n]] = 50.0
        target = 1 if known is not None else 11
        about = context(group=np.zeros(12, dtype=int))
        filled = IMPUTERS[name].apply(values, np.isnan(values), about)[0, target]
        assert np.isnan(filled) == (n < at_least or name == "none")


# each formula, worked out here


def test_means_and_medians():
    values = np.array([[1.0, 2.0, 9.0, nan, nan, 4.0]])
    about = context(1, 6, group=np.array([0, 0, 0, 0, 1, -1]))
    assert fill("mean", values, about=about)[0, 3] == (1 + 2 + 9 + 4) / 4
    assert fill("median", values, about=about)[0, 3] == (2 + 4) / 2
    assert fill("group_mean", values, about=about)[0, 3] == (1 + 2 + 9) / 3
    assert fill("group_median", values, about=about)[0, 3] == 2


@pytest.mark.parametrize("name", ["group_mean", "group_median"])
def test_a_group_without_values_and_a_row_without_group_stay_open(name):
    values = np.array([[1.0, 2.0, nan, nan]])
    filled = fill(name, values, about=context(1, 4, group=np.array([0, 0, 1, -1])))
    assert np.isnan(filled[0, 2:]).all()


def test_the_node_mean_leaves_an_arithmetic_mean_where_it_was():
    values = np.array([[20.0], [60.0], [nan]])
    about = context(3, 1, siblings=np.zeros(3, int), weight=np.array([1.0, 3.0, 2.0]))
    filled = fill("node_mean", values, about=about)
    assert filled[2, 0] == (1 * 20 + 3 * 60) / 4
    assert np.average(filled[:, 0], weights=about.weight) == np.average([20, 60], weights=[1, 3])


def test_the_node_mean_stays_open_without_a_sibling_that_counts():
    values = np.array([[nan], [70.0], [80.0]])
    lonely = context(3, 1, siblings=np.array([0, 1, 1]))
    weightless = context(3, 1, siblings=np.zeros(3, int), weight=np.array([1.0, 0.0, 0.0]))
    assert np.isnan(fill("node_mean", values, about=lonely)[0, 0])
    assert np.isnan(fill("node_mean", values, about=weightless)[0, 0])


def test_the_node_mean_takes_weights_that_differ_by_draw():
    values = np.array([[20.0], [60.0], [nan]])
    draws = np.repeat(values[:, None], 2, axis=1)
    weight = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    about = context(3, 1, siblings=np.zeros(3, int), weight=weight)
    assert fill("node_mean", draws, about=about)[2, :, 0].tolist() == [40, 20]


def test_panels_go_along_the_years_of_one_city():
    year = np.array([2023, 2020, 2021, 2019, 2025, 2020])
    about = context(1, 6, city=np.array([7, 7, 7, 7, 7, 3]), year=year)
    values = np.array([[7.0, 4.0, nan, nan, nan, 100.0]])
    assert fill("linear", values, about=about)[0].tolist() == [7, 4, 5, 4, 7, 100]
    assert fill("constant", values, about=about)[0].tolist() == [7, 4, 4, 4, 7, 100]
    assert fill("latest", values, about=about)[0, [0, 1, 2, 4]].tolist() == [7, 4, 4, 7]
    assert np.isnan(fill("latest", values, about=about)[0, 3])  # nothing is known before 2020


def test_a_panel_takes_nothing_from_another_city():
    about = context(1, 4, city=np.array([1, 1, 2, 2]), year=np.array([2020, 2021, 2020, 2021]))
    values = np.array([[5.0, 6.0, nan, nan]])
    for name in ("latest", "linear", "constant"):
        assert np.isnan(fill(name, values, about=about)[0, 2:]).all()


def test_linear_panels_agree_with_numpy():
    rng = np.random.default_rng(3)
    year = np.sort(rng.choice(np.arange(1990, 2030), 12, replace=False))
    values = rng.uniform(0, 100, (1, 12))
    values[0, [0, 3, 4, 8, 11]] = nan
    known = ~np.isnan(values[0])
    filled = fill("linear", values, about=context(1, 12, city=np.zeros(12, int), year=year))
    assert filled[0] == pytest.approx(np.interp(year, year[known], values[0, known]))


@pytest.mark.parametrize("k", [1, 3, 6])
def test_neighbours_agree_with_scikit_learn(k):
    impute = pytest.importorskip("sklearn.impute")
    values = np.random.default_rng(k).normal(size=(5, 40)) * np.array([1, 10, 100, 5, 0.1])[:, None]
    values[np.random.default_rng(9).random(values.shape) < 0.15] = nan
    scaled = (values - np.nanmean(values, axis=1, keepdims=True)) / np.nanstd(
        values, axis=1, ddof=1, keepdims=True
    )
    expected = impute.KNNImputer(n_neighbors=k).fit_transform(scaled.T).T
    back = np.nanmean(values, axis=1, keepdims=True) + expected * np.nanstd(
        values, axis=1, ddof=1, keepdims=True
    )
    assert fill("knn", values, k=k) == pytest.approx(back)


@pytest.mark.parametrize(("n_leaf", "n_row"), [(5, 40), (12, 9)])
@pytest.mark.parametrize("rounds", [1, 3, 10])
@pytest.mark.filterwarnings("ignore")  # that the rounds were not enough
def test_regressions_agree_with_scikit_learn(n_leaf, n_row, rounds):
    pytest.importorskip("sklearn.experimental.enable_iterative_imputer")
    from sklearn.impute import IterativeImputer
    from sklearn.linear_model import BayesianRidge

    rng = np.random.default_rng(n_row)
    values = rng.normal(size=(n_leaf, n_row))
    values[1:3] += values[0]
    values[rng.random(values.shape) < 0.12] = nan
    middle, sd = np.nanmean(values, axis=1)[:, None], np.nanstd(values, axis=1, ddof=1)[:, None]
    scaled = (values - middle) / sd
    limits = {"min_value": np.nanmin(scaled, axis=1), "max_value": np.nanmax(scaled, axis=1)}
    model = IterativeImputer(BayesianRidge(), max_iter=rounds, skip_complete=True, random_state=0, **limits)
    expected = middle + sd * model.fit_transform(scaled.T).T
    assert fill("iterative", values, rounds=rounds) == pytest.approx(expected, abs=1e-9)


def test_neighbours_at_the_same_distance_all_count():
    values = np.array([[0.0, 1.0, -1.0, 50.0], [nan, 10.0, 20.0, 90.0]])
    assert fill("knn", values, k=1)[1, 0] == 15


def test_units_do_not_decide_who_is_a_neighbour():
    values = np.random.default_rng(5).uniform(0, 1, (4, 12))
    values[0, 2] = nan
    scaled = values * np.array([1, 1e6, 1e-3, 10])[:, None]
    assert fill("knn", scaled)[0, 2] == pytest.approx(fill("knn", values)[0, 2])


def test_a_regression_finds_an_exact_line():
    x = np.arange(12.0)
    values = np.array([x, 3 * x + 2, 40 - 2 * x])
    values[1, 4] = values[2, 7] = nan
    filled = fill("iterative", values, rounds=10)
    assert filled[1, 4] == pytest.approx(14, abs=0.05)
    assert filled[2, 7] == pytest.approx(26, abs=0.05)


# bad input


@named
def test_nothing_known_stays_nothing(name):
    assert np.isnan(fill(name, np.full((4, 12), nan))).all()


@named
def test_one_city_does_no_harm(name):
    values = np.array([[50.0], [nan], [10.0], [nan]])
    filled = fill(name, values)
    assert filled[0, 0] == 50
    assert np.isnan(filled[1, 0]) == (name != "node_mean")


@pytest.mark.parametrize("name", sorted(set(IMPUTERS) - {"none", "node_mean"}))
def test_a_constant_indicator_is_filled_with_its_constant(name):
    values = np.array([np.full(12, 30.0), np.arange(12.0), np.arange(12.0) ** 2, np.arange(12.0)])
    values[0, 3] = nan
    assert fill(name, values)[0, 3] == pytest.approx(30)


def test_fewer_cities_than_neighbours_leave_the_gap():
    values = np.array([[1.0, 2.0, nan], [1.0, 2.0, 3.0]])
    assert np.isnan(fill("knn", values, k=3)[0, 2])
    assert np.isnan(fill("knn", values, k=9)[0, 2])
    assert fill("knn", values, k=2)[0, 2] == 1.5


@pytest.mark.parametrize(("name", "option"), [("knn", {"k": 2.5}), ("iterative", {"rounds": 0})])
def test_half_a_neighbour_is_refused(name, option):
    with pytest.raises(MethodError) as caught:
        fill(name, np.ones((2, 3)), **option)
    assert caught.value.findings[0].code == "impute-whole-number"


# the deletion test and the redrawing


def test_a_deletion_test_by_hand():
    """Leave one out: the error of the mean is n / (n - 1) times the distance from it."""
    values = np.array([[0.0, 30.0, 60.0, 90.0], [10.0, 30.0, 50.0, 90.0]])
    about = context(2, 4, siblings=np.zeros(2, int))
    test = deletion_test(values, "mean", about, folds=4)
    wrong = -4 / 3 * (values[0] - 45)
    assert test.rmse[0] == pytest.approx(np.sqrt(np.mean(wrong**2)))
    assert test.bias[0] == pytest.approx(0)
    assert test.n_deleted.tolist() == test.n_filled.tolist() == [4, 4]


def test_the_baseline_is_the_node_mean():
    rng = np.random.default_rng(0)
    common = rng.uniform(0, 100, 200)
    values = np.clip(common + rng.normal(0, 5, (3, 200)), 0, 100)
    about = context(3, 200, siblings=np.zeros(3, int), weight=np.ones(3))
    alike = deletion_test(values, "mean", about)
    assert (alike.ratio > 2).all()  # siblings know, the mean of all cities does not
    assert deletion_test(values, "node_mean", about).ratio == pytest.approx(1)
    unlike = deletion_test(rng.uniform(0, 100, (3, 200)), "mean", about)
    assert (unlike.ratio < 1).all()


def test_every_known_cell_is_deleted_once():
    values = np.random.default_rng(2).uniform(0, 100, (4, 12))
    values[1, 3:] = nan
    values[2] = nan
    test = deletion_test(values, "mean", context(), folds=5)
    assert test.n_deleted.tolist() == [12, 3, 0, 12]
    assert test.n_filled.tolist() == [12, 3, 0, 12]
    assert np.isnan([test.rmse[2], test.bias[2], test.ratio[2]]).all()


def test_a_seed_is_a_seed():
    values = np.random.default_rng(2).uniform(0, 100, (4, 12))
    runs = [deletion_test(values, "mean", context(), folds=3, seed=s).rmse for s in (0, 0, 1)]
    assert runs[0].tobytes() == runs[1].tobytes() != runs[2].tobytes()


def test_raw_values_are_compared_as_scores():
    scores = np.random.default_rng(4).uniform(0, 100, (4, 12))
    scale = np.array([1.0, 20.0, 0.1, 5.0])[:, None]
    plain = deletion_test(scores, "mean", context())
    raw = deletion_test(scores * scale, "mean", context(), score=lambda values: values / scale)
    assert raw.ratio == pytest.approx(plain.ratio)
    assert raw.rmse == pytest.approx(plain.rmse * scale[:, 0])


def test_a_single_known_value_has_no_error():
    values = np.array([[5.0, nan, nan], [1.0, 2.0, 3.0]])
    test = deletion_test(values, "mean", context(2, 3))
    assert test.n_filled[0] == 0
    assert np.isnan(test.rmse[0])


def test_one_part_is_refused():
    with pytest.raises(MethodError):
        deletion_test(np.ones((1, 2)), "mean", context(1, 2), folds=1)


def test_redrawing_moves_only_what_was_filled():
    filled = np.array([[10.0, 50.0, nan], [20.0, 30.0, 40.0]])
    gaps = np.array([[False, True, True], [False, False, True]])
    normals = np.random.default_rng(0).normal(size=(2, 500, 3))
    drawn = redraw(filled, gaps, np.array([4.0, 2.0]), normals, low=-np.inf, high=np.inf)
    assert (drawn[:, :, 0] == filled[:, None, 0]).all()
    assert np.isnan(drawn[0, :, 2]).all()
    assert drawn[0, :, 1] == pytest.approx(50 + 4 * normals[0, :, 1])


def test_redrawn_values_stay_in_range():
    filled, gaps = np.array([[10.0, 50.0, 45.0]]), np.array([[False, False, True]])
    normals = np.random.default_rng(0).normal(size=(1, 200, 3))
    drawn = redraw(filled, gaps, np.array([100.0]), normals)[0, :, 2]
    assert (drawn.min(), drawn.max()) == (10, 50)
    drawn = redraw(filled, gaps, np.array([100.0]), normals, low=0.0, high=100.0)[0, :, 2]
    assert (drawn.min(), drawn.max()) == (0, 100)


def test_an_unknown_error_is_no_zero():
    gaps = np.array([[False, True]])
    with pytest.raises(MethodError, match="1 indicators"):
        redraw(np.array([[1.0, 1.0]]), gaps, np.array([nan]), np.zeros((1, 1, 2)))
    open_gap = redraw(np.array([[1.0, nan]]), gaps, np.array([nan]), np.zeros((1, 1, 2)))
    assert np.isnan(open_gap[0, 0, 1])
