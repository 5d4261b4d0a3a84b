"""Human Development Index 2022, UNDP, Human Development Report 2023/24 (published to three decimals)."""

from pathlib import Path

import pandas as pd

from scindex.catalogue.load import read_framework
from scindex.recipe import merge
from scindex.scoring import score

COLUMNS = {
    "le_2022": "hdi:life_expectancy",
    "eys_2022": "hdi:expected_years_of_schooling",
    "mys_2022": "hdi:mean_years_of_schooling",
    "gnipc_2022": "hdi:gni_per_capita",
}


def test_all_204_published_values_are_reproduced_to_three_decimals(shared):
    """Levels, logarithm, caps and a geometric top: a framework file and its recipe, no code.

    193 countries and UNDP's 11 aggregates (regions, groups of development, the world),
    each from its own published components; there are no exceptions.
    """
    published = pd.read_csv(shared / "data/hdi/hdr2023_24_year2022.csv").dropna(subset=["hdi_2022"])
    assert published[list(COLUMNS)].notna().all(axis=None)
    long = published.melt(id_vars=["iso3", "country"], value_vars=list(COLUMNS), var_name="column")
    blank = dict.fromkeys(["unit", "reason", "quality", "source", "where"], "")
    table = long.rename(columns={"iso3": "city_id", "country": "city"}).assign(
        year=2022, indicator=long["column"].map(COLUMNS), status="A", **blank
    )
    framework = read_framework(Path(__file__).parent / "hdi.yaml")
    result = score(table, framework, recipe=merge(framework.recipe)).scores
    total = (result[result["node"] == ""].set_index("city_id")["score"] / 100).round(3)
    expected = published.set_index("iso3")["hdi_2022"]
    assert len(total) == len(expected) == 204
    assert (total - expected).abs().loc[lambda gap: gap > 1e-9].to_dict() == {}
