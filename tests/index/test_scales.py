import numpy as np
import pytest

from scindex.errors import MethodError
from scindex.index.scales import categorical, scaled

nan = np.nan
SIGNS, TARGET = np.array([1, -1, 0]), np.array([nan, nan, 4.0])


def test_ends_of_the_scale_are_worth_0_and_100_on_the_side_that_is_better():
    scores = scaled(np.array([[1.0, 3, 5, 7]] * 3), SIGNS, TARGET, low=1, high=5)
    assert scores[0].tolist() == [0, 50, 100, 150]
    assert scores[1].tolist() == [100, 50, 0, -50]
    assert scores[2] == pytest.approx([0, 200 / 3, 200 / 3, 0])


def test_coinrs_own_formula():
    """n_scaled: (x - l) / (u - l) * 100, with the ends -u and -l where direction is -1 (R/normalise.R)."""
    x, low, high = np.array([2.0, 9.5]), 1.0, 10.0
    scores = scaled(np.array([x, x]), np.array([1, -1]), None, low=low, high=high)
    np.testing.assert_allclose(scores[0], (x - low) / (high - low) * 100)
    np.testing.assert_allclose(scores[1], (-x + high) / (-low + high) * 100)


def test_a_target_outside_the_scale_leaves_its_nearer_end_the_best():
    scores = scaled(np.array([[1.0, 5]]), np.array([0]), np.array([9.0]), low=1, high=5)
    assert scores.tolist() == [[0, 100]]


def test_ends_in_either_order_are_the_same_scale():
    values = np.array([[2.0]] * 3)
    one = scaled(values, SIGNS, TARGET, low=1, high=5)
    np.testing.assert_array_equal(one, scaled(values, SIGNS, TARGET, low=5, high=1))


def test_equal_ends_are_refused():
    with pytest.raises(MethodError) as caught:
        scaled(np.ones((1, 1)), np.array([1]), None, low=2, high=2)
    assert caught.value.findings[0].code == "goalposts-equal"


def test_what_is_no_category_gets_no_score():
    table = np.array([[0.0, 60, 100], [100, 0, nan]])
    values = np.array([[0.0, 1, 2, 3], [0, 1, 2, -1]])
    np.testing.assert_array_equal(categorical(values, table), [[0, 60, 100, nan], [100, 0, nan, nan]])
    odd = np.array([[0.5, nan, np.inf, -np.inf]])
    assert np.isnan(categorical(odd, table[:1])).all()


def test_categories_by_draw():
    table = np.array([[0.0, 60], [100, 0]])
    values = np.array([[[0.0, 1], [1, 1]], [[0, 1], [1, 1]]])
    assert categorical(values, table).tolist() == [[[0, 60], [60, 60]], [[100, 0], [0, 0]]]


@pytest.mark.parametrize("wrong", [-1.0, 101.0])
def test_a_category_worth_more_or_less_than_0_to_100_is_refused(wrong):
    with pytest.raises(MethodError) as caught:
        categorical(np.zeros((1, 1)), np.array([[0.0, wrong]]))
    assert caught.value.findings[0].code == "categories-outside"
    assert caught.value.findings[0].value == wrong
