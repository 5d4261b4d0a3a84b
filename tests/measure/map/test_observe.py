import numpy as np
import pandas as pd
import pytest
from measure.map.sample import sample_map

from scindex.catalogue.load import load_framework
from scindex.catalogue.standards import standard
from scindex.errors import DataError, MethodError
from scindex.measure.map.edition import publish
from scindex.measure.map.observe import GREEN_AREAS, GREEN_CENTRE, OVER_CAP, indicators, observe, over_cap

CITY = {"city_id": "haneul", "city": "Haneul"}


def offices(**columns):
    return pd.DataFrame({"use": ["b"] * 4, "floor_area_m2": [1000.0, 1000.0, 1000.0, 1000.0], **columns})


def test_every_id_exists_in_its_framework():
    for name in indicators():
        assert name in load_framework(name.partition(":")[0]).entries


def test_floor_area_over_a_limit_counts_by_area():
    """Local Law 97, occupancy group B: 8.46 kgCO2e per square foot from 2024, 91.06 per square metre."""
    share, told = over_cap(offices(t=[90.0, 92.0, 10.0, 200.0]), standard("nyc_ll97"), year=2025, uses={})
    assert share == 0.5
    assert told == []


def test_the_limit_of_the_year_is_taken():
    table = offices(t=[80.0] * 4)
    shares = [over_cap(table, standard("nyc_ll97"), year=y, uses={})[0] for y in (2025, 2031)]
    assert shares == [0.0, 1.0]


def test_buildings_without_limit_or_figure_are_in_neither_part():
    table = offices(t=[200.0, np.nan, 10.0, 10.0]).assign(use=["b", "b", "castle", "b"])
    share, told = over_cap(table, standard("nyc_ll97"), year=2025, uses={})
    assert share == 0.5
    assert told[0].params == {"n": 2, "share": 50.0}


def test_words_of_a_register_are_mapped_to_those_of_the_standard():
    table = offices(t=[200.0] * 4).assign(use="업무시설")
    assert over_cap(table, standard("nyc_ll97"), year=2025, uses={"업무시설": "b"})[0] == 1.0


def test_no_regulated_building_gives_no_value():
    share, told = over_cap(
        offices(t=[1.0] * 4).assign(use="castle"), standard("nyc_ll97"), year=2025, uses={}
    )
    assert np.isnan(share)
    assert "observe-none-regulated" in {f.code for f in told}


def test_a_limit_on_usable_area_is_doubted():
    table = offices(kwh=[1e5] * 4).assign(use="apartment")
    share, told = over_cap(table, standard("paris_proof"), year=2041, uses={})
    assert share == 1.0
    assert {f.code for f in told} == {"observe-usable"}


def test_two_limits_for_one_use_are_refused():
    with pytest.raises(MethodError):
        over_cap(offices(kwh=[1e5] * 4).assign(use="office"), standard("paris_proof"), year=2041, uses={})


def test_missing_columns_are_named():
    with pytest.raises(DataError) as caught:
        over_cap(pd.DataFrame({"use": ["b"]}), standard("nyc_ll97"), year=2025, uses={})
    assert caught.value.findings[0].params["missing"] == ["floor_area_m2", "t"]


def test_only_what_was_given_is_observed():
    found = observe(sample_map(), **CITY)
    assert found.cities.observations.empty
    assert found.others["measure"].tolist() == ["net_sink_cells"]
    assert 0 < found.others["value"].iloc[0] < 100


def test_green_share_of_a_city_is_not_that_of_its_centre():
    found = observe(sample_map(), **CITY, green_m2=144_000.0)
    values = found.cities.observations.set_index("indicator")["value"]
    assert GREEN_CENTRE not in values
    assert found.others.set_index("measure")["value"]["green_share"] == pytest.approx(10)
    assert values[GREEN_AREAS] == pytest.approx(14.4 / (2400 / 1e5))
    centre = observe(sample_map(), **CITY, green_m2=144_000.0, urban_centre=True)
    assert centre.cities.observations.set_index("indicator")["value"][GREEN_CENTRE] == pytest.approx(10)


def test_observations_can_be_scored():
    import scindex as sx

    mapped = sample_map()
    found = observe(
        mapped,
        **CITY,
        buildings=offices(t=[90.0, 92.0, 10.0, 200.0]),
        standard=standard("nyc_ll97"),
        published=publish(mapped),
    )
    table = found.cities.observations
    assert table.set_index("indicator")["value"][OVER_CAP] == 50.0
    scores = sx.score(found.cities, "oecd").scores
    assert scores.loc[scores["node"] == OVER_CAP, "score"].tolist() == [50.0]
