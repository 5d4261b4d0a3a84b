"""ASEM sustainable connectivity (JRC) as COINr 1.1.14 ships it: W. Becker et al., JOSS 7(78), 2022, 4567.

Each step is worked out here in straight lines from the two published tables, without the
engine, after the OECD/JRC "Handbook on Constructing Composite Indicators" (2008); single
figures are those that COINr 1.1.14 prints for its own `build_example_coin`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scindex.catalogue.load import parse_framework
from scindex.recipe import merge
from scindex.scoring import score
from scindex.scoring.sheet import lay_out
from scindex.scoring.steps import leaf_scores
from scindex.scoring.tree import plant
from scindex.tables.cities import read_cities
from scindex.tables.imported import import_framework

CHAIN = {"impute": "group_mean(group=EurAsia_group)", "treat": "winsorise(most=5)", "normalise": "minmax"}
PILLARS = ("Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin")
UPPER = (*PILLARS, "Conn", "Sust", "Index")


class Asem:
    """The published tables, and every step in straight lines: countries down, indicators across."""

    def __init__(self, folder):
        meta = pd.read_csv(folder / "iMeta.csv").set_index("iCode")
        self.data = pd.read_csv(folder / "iData.csv").set_index("uName").sort_index()
        self.meta = meta[meta["Type"].isin(["Indicator", "Aggregate"])]
        self.codes = list(meta.index[meta["Type"] == "Indicator"])
        self.sign = self.meta["Direction"].astype(float)

    def denominated(self):
        """Handbook step 2: comparable across sizes; COINr `Denominate`, scale 1."""
        by = self.meta.loc[self.codes, "Denominator"]
        columns = {
            c: self.data[c] / (self.data[by[c]] if isinstance(by[c], str) else 1.0) for c in self.codes
        }
        return pd.DataFrame(columns)

    def imputed(self):
        """Handbook step 3, means within adjustment cells: of the countries of the same continent."""
        x = self.denominated()
        return x.fillna(x.groupby(self.data["EurAsia_group"]).transform("mean"))

    def treated(self, most=5):
        """Handbook step 3, outliers; JRC: while skew >= 2 and excess kurtosis >= 3.5 take the next value."""
        return self.imputed().apply(lambda x: _winsorised(x, most))

    def directed(self, x):
        return x * self.sign[self.codes]

    def minmax(self, x, low=0.0, high=100.0):
        """Handbook step 5, re-scaling."""
        x = self.directed(x)
        return low + (high - low) * (x - x.min()) / (x.max() - x.min())

    def zscore(self, x, mean=0.0, sd=1.0):
        """Handbook step 5, standardisation, with n - 1."""
        x = self.directed(x)
        return mean + sd * (x - x.mean()) / x.std(ddof=1)

    def up(self, leaves, pillars, halves=None, whole=None):
        """Handbook step 6, a mean for each of the three levels."""
        out = leaves.copy()
        levels = (PILLARS, ("Conn", "Sust"), ("Index",))
        for nodes, mean in zip(levels, (pillars, halves or pillars, whole or halves or pillars)):
            for node in nodes:
                below = self.meta.index[self.meta["Parent"] == node]
                out[node] = mean(out[below], self.meta.loc[below, "Weight"].astype(float))
        return out


def moments(x):
    """Skewness and excess kurtosis, type 2: Joanes and Gill (1998), The Statistician 47, 183-189."""
    x = x.dropna().to_numpy()
    n, m = len(x), x - x.mean()
    g1 = (m**3).mean() / (m**2).mean() ** 1.5
    g2 = (m**4).mean() / (m**2).mean() ** 2 - 3
    return g1 * (n * (n - 1)) ** 0.5 / (n - 2), (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6)


def _winsorised(given, most):
    x, moved = given.copy(), pd.Series(False, given.index)
    while True:
        skew, kurtosis = moments(x)
        if abs(skew) < 2 or kurtosis < 3.5:
            return x
        up = 1 if skew > 0 else -1
        at = up * x == (up * x).max()
        if (moved | at).sum() > most:
            # too many: the whole series instead, COINr 1.1.14 `log_CT_plus`
            ends = (up * given).min(), (up * given).max()
            return up * np.log(up * given - ends[0] + 0.01 * (ends[1] - ends[0]))
        x[at] = up * (up * x[~at]).max()
        moved |= at


def arithmetic(x, w):
    """Handbook step 6, additive."""
    return (x * w).sum(axis=1) / w.sum()


def geometric(x, w):
    """Handbook step 6, geometric."""
    return (x**w).prod(axis=1) ** (1 / w.sum())


def harmonic(x, w):
    return w.sum() / (w / x).sum(axis=1)


def mazziotta_pareto(x, w):
    """Mazziotta and Pareto (2013), MPI-: the mean less standard deviation times coefficient of variation."""
    mean = x.mean(axis=1)
    return mean - x.var(axis=1, ddof=0) / mean


@pytest.fixture(scope="module")
def asem(shared):
    return Asem(shared / "data/asem")


@pytest.fixture(scope="module")
def files(shared):
    """The framework that the importer makes of the metadata, and the data read by it."""
    folder = shared / "data/asem"
    text, _ = import_framework(folder / "iMeta.csv", "asem", folder / "iData.csv")
    framework = parse_framework(text.encode(), "asem.yaml")
    return framework, read_cities(folder / "iData.csv", frameworks=[framework])


def steps(files, **choices):
    framework, cities = files
    recipe = merge(framework.recipe, {**CHAIN, **choices})
    sheet = lay_out(cities.observations, framework, plant(framework, recipe), recipe, "latest")
    return sheet, leaf_scores(sheet)


def table(sheet, array):
    columns = [i.code for i in sheet.tree.indicators]
    return pd.DataFrame(array.T, sheet.data.rows["city"].to_numpy(), columns).sort_index()


def scored(files, **choices):
    framework, cities = files
    # imputed cells count for no coverage; here every point is looked at
    recipe = merge(framework.recipe, {**CHAIN, "show_coverage": 0, **choices})
    return score(cities.observations, framework, recipe=recipe)


def wide(result, column="score"):
    codes = {b.id: b.code or b.id or "Index" for b in result.tree.branches}
    frame = result.scores.astype({"node": str, "city": str})
    return frame.pivot(index="city", columns="node", values=column).rename(columns=codes).sort_index()


def same(ours, theirs, tolerance=1e-12):
    pd.testing.assert_frame_equal(
        ours[theirs.columns], theirs, check_names=False, rtol=tolerance, atol=1e-9, check_index_type=False
    )


def test_the_imported_framework_denominates_and_imputes(files, asem):
    sheet, done = steps(files, treat="none")
    same(table(sheet, done.unfilled), asem.denominated())
    same(table(sheet, done.ready), asem.imputed())
    gaps = asem.denominated().isna()
    assert gaps.to_numpy().sum() == done.imputed.sum() > 50
    assert table(sheet, done.imputed)[list(gaps)].to_numpy().tolist() == gaps.to_numpy().tolist()


def test_fifteen_indicators_are_winsorised_and_none_needs_more(files, asem):
    sheet, done = steps(files)
    expected = asem.treated()
    same(table(sheet, done.ready), expected)
    moved = (expected != asem.imputed()).sum()
    # the counts that COINr 1.1.14 prints as `winsorise.nwin`
    assert moved[moved > 0].to_dict() == {
        "Flights": 1, "Bord": 3, "Gas": 3, "Services": 4, "FDI": 2, "ForPort": 3, "CostImpEx": 1, "Tariff": 3,
        "StMob": 2, "CultServ": 3, "Forest": 2, "Poverty": 3, "NGOs": 3, "FemLab": 1, "PubDebt": 1,
    }  # fmt: skip


def test_what_few_points_do_not_bring_in_is_transformed(files, asem):
    sheet, done = steps(files, treat="winsorise(most=1)")
    # a logarithm is the same up to a line, which min-max takes out
    same(table(sheet, done.scores), asem.minmax(asem.treated(most=1)), 1e-9)
    kinds = {str(k) for _, t in done.treated for k in t.transform}
    assert kinds == {"none", "winsorised", "log"}


def test_every_node_is_the_mean_of_its_children(files, asem):
    ours = wide(scored(files))
    theirs = asem.up(asem.minmax(asem.treated()), arithmetic)
    same(ours, theirs)
    # COINr 1.1.14, `build_example_coin` and `get_results`
    first = ours.sort_values("Index", ascending=False)
    assert list(first.index[:3]) == ["Switzerland", "Netherlands", "Denmark"]
    assert first["Index"].iloc[:2].to_list() == pytest.approx([68.3837242383, 64.8195161698], abs=1e-9)
    assert first.loc["Switzerland", ["Conn", "Sust"]].to_list() == pytest.approx(
        [62.7879617181, 73.9794867586], abs=1e-9
    )


def test_each_indicator_may_be_normalised_its_own_way(files, asem):
    ranked, shared_out = ["LPI", "CO2", "NEET"], ["Flights", "Tariff", "Palma"]
    chosen = {"default": "zscore(mean=50, sd=10)"}
    chosen |= dict.fromkeys(ranked, "rank") | dict.fromkeys(shared_out, "percentile_rank")
    treated = asem.treated()
    leaves = asem.zscore(treated, 50, 10)
    places = asem.directed(treated).rank(method="average")
    leaves[ranked] = places[ranked]
    leaves[shared_out] = 100 * (places[shared_out] - 1) / (len(places) - 1)
    same(wide(scored(files, normalise=chosen)), asem.up(leaves, arithmetic))


@pytest.mark.parametrize(
    ("method", "mean", "normalise"),
    [
        ("geometric", geometric, {"low": 1, "high": 100}),
        ("harmonic", harmonic, {"low": 1, "high": 100}),
        ("mpi", mazziotta_pareto, {"mean": 100, "sd": 10}),
    ],
)
def test_other_means_on_scales_they_are_made_for(files, asem, method, mean, normalise):
    name = "zscore" if "sd" in normalise else "minmax"
    text = f"{name}({', '.join(f'{k}={v}' for k, v in normalise.items())})"
    ours = wide(scored(files, normalise=text, aggregate=method, weight="equal"))
    same(ours, asem.up(getattr(asem, name)(asem.treated(), **normalise), mean), 1e-11)


def test_the_method_may_change_from_level_to_level(files, asem):
    ours = wide(
        scored(
            files,
            normalise="minmax(low=1, high=100)",
            aggregate={"level_2": "arithmetic", "level_3": "geometric", "total": "harmonic"},
        )
    )
    leaves = asem.minmax(asem.treated(), 1, 100)
    same(ours, asem.up(leaves, arithmetic, geometric, harmonic), 1e-11)


def test_order_methods_fill_the_ranks_of_the_total_and_leave_its_scores(files, asem):
    theirs = asem.up(asem.minmax(asem.treated()), arithmetic)
    halves = theirs[["Conn", "Sust"]].to_numpy()
    ahead = np.sign(halves[:, None] - halves[None]).sum(axis=2)  # 2 of 2, or a tie
    points = np.sign(ahead).sum(axis=1)  # Copeland (1951): majorities won less those lost
    result = scored(files, order="copeland")
    expected = pd.Series(points).rank(ascending=False, method="min")
    assert wide(result, "rank_best")["Index"].to_list() == expected.to_list()
    same(wide(result)[["Index"]], theirs[["Index"]])
    # two criteria have no cycle: the best order contradicts neither where both agree
    result = scored(files, order="kemeny")
    rank = wide(result, "rank_best")["Index"].to_numpy()
    assert (rank[:, None] < rank[None])[ahead == 2].all()
    assert set(result.scores.loc[result.scores["node"] == "", "rank_basis"]) == {"kemeny"}
