import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.index.normalise import distance_to_target, goalposts, natural_log

series = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30).map(np.array)


@given(values=series, worst=st.floats(-1e3, 1e3), span=st.floats(1, 1e3))
def test_swapping_the_goalposts_mirrors_the_score(values, worst, span):
    up = goalposts(values, worst, worst + span)
    down = goalposts(values, worst + span, worst)
    assert up + down == pytest.approx(100)


@given(values=series, worst=st.floats(-1e3, 1e3), best=st.floats(-1e3, 1e3))
def test_scores_stay_within_0_and_100_and_keep_the_order(values, worst, best):
    assume(abs(worst - best) > 1e-6)
    scores = goalposts(values, worst, best)
    assert ((scores >= 0) & (scores <= 100)).all()
    order = np.argsort(values if best > worst else -values)
    assert (np.diff(scores[order]) >= -1e-9).all()


@given(values=series, worst=st.floats(-1e3, 1e3), span=st.floats(1, 1e3))
def test_one_city_is_unmoved_by_the_others(values, worst, span):
    alone = goalposts(values[:1], worst, worst + span)
    assert goalposts(values, worst, worst + span)[0] == alone[0]


@given(gap=st.floats(0, 2), target=st.floats(-10, 10))
def test_distance_counts_on_both_sides(gap, target):
    both = distance_to_target(np.array([target - gap, target + gap]), target - 1, target)
    assert both[0] == pytest.approx(both[1], abs=1e-9)


def test_kopavogur_public_building_energy():
    """2.09 and 1.90 GJ/m2 score 93.94 and 94.58 with the city's own goalposts 30 and 0.29.

    Municipality of Kópavogur, ISO 37120 cl. 7.5, Nightingale measurement
    7364b599-c206-41b1-a315-f2da4fcbb49e (2020 and 2019).
    """
    scores = goalposts(np.array([2.09, 1.90]), worst=30, best=0.29)
    assert scores.round(2).tolist() == [93.94, 94.58]


def test_equal_goalposts_are_refused():
    with pytest.raises(MethodError) as caught:
        goalposts(np.array([1.0]), 5, 5)
    assert caught.value.findings[0].code == "goalposts-equal"


def test_missing_stays_missing():
    assert np.isnan(goalposts(np.array([np.nan]), 0, 1)).all()
    assert np.isnan(natural_log(np.array([np.nan]))).all()


@given(value=st.floats(-1e6, 0))
def test_what_has_no_logarithm_scores_as_the_goalpost_it_lies_beyond(value):
    x, ends = natural_log(np.array([value])), natural_log(np.array([100.0, 75_000.0]))
    assert goalposts(x, ends[0], ends[1]) == 0
    assert goalposts(x, ends[1], ends[0]) == 100
    assert distance_to_target(x, ends[0], ends[1]) == 0
