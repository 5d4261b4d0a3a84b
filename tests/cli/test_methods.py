"""What cannot be scored is said in a sentence of either language, or has a result that is defined."""

from __future__ import annotations

import numpy as np
import pytest

from scindex import messages
from scindex.cli.root import run

POSTS = "goalposts: {worst: 0, best: 100, standing: natural, reason: {en: r, ko: r}}, source: {page: 1}"
LEAF = "  %s: {parent: %s, name: {en: Item %s, ko: 항목 %s}, kind: index, direction: higher, " + POSTS + "}\n"
FRAMEWORK = (
    "framework: v\nname: {en: World, ko: 세계}\nlevels: [theme, indicator]\n"
    "level_names: {theme: {en: theme, ko: 주제}, indicator: {en: indicator, ko: 지표}}\n"
    "recipe: {total: true}\n"
    "nodes:\n  left: {name: {en: Left, ko: 왼쪽}}\n  right: {name: {en: Right, ko: 오른쪽}}\nindicators:\n"
    + "".join(LEAF % (i, n, i.upper(), i.upper()) for i, n in zip("abcde", ("left",) * 3 + ("right",) * 2))
)


def values(n=25):
    return np.random.default_rng(0).uniform(10, 90, (n, 5)).round(2)


def call(capsys, tmp_path, recipe, x, text=FRAMEWORK, lang="en"):
    (tmp_path / "v.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "r.yaml").write_text(recipe)
    rows = [
        f"C{i:02},2020," + ",".join("" if np.isnan(v) else str(v) for v in row) for i, row in enumerate(x)
    ]
    (tmp_path / "d.csv").write_text("\n".join(["city,year,a,b,c,d,e", *rows]))
    files = {name: str(tmp_path / name) for name in ("d.csv", "v.yaml", "r.yaml")}
    messages.use(lang)
    code = run(["score", files["d.csv"], "-f", files["v.yaml"], "--recipe", files["r.yaml"], "--robust", "0"])
    shown = capsys.readouterr()
    return code, " ".join(shown.out.split()), " ".join(shown.err.split())


def with_zero(x):
    x[3, 0] = 0


def with_gap(x):
    x[3, 1] = np.nan


def constant(x):
    x[:, 0] = 50


def as_it_is(x):
    pass


REFUSED = {
    "geometric of zero": (
        "aggregate: geometric",
        with_zero,
        "below 'Left' cannot be aggregated by geometric",
    ),
    "harmonic of zero": ("aggregate: harmonic", with_zero, "below 'Left' cannot be aggregated by harmonic"),
    "z into geometric": ("{normalise: zscore, aggregate: geometric}", as_it_is, "by geometric"),
    "z into a power": ('{normalise: zscore, aggregate: "generalised(power=2)"}', as_it_is, "by generalised"),
    "z into mpi": (
        "{normalise: zscore, aggregate: mpi}",
        as_it_is,
        "mpi has no meaning for the scores below",
    ),
    "one scale end": ('normalise: "minmax(low=5, high=5)"', as_it_is, "from low = 5 to high = 5"),
    "no such city": ('normalise: "reference(city=Nowhere)"', as_it_is, "no city is called 'Nowhere'"),
    "no such group": ('impute: "group_mean(group=size)"', as_it_is, "impute names 'size'"),
    "no such set": ('weight: "set(name=green)"', as_it_is, "names 'green'"),
    "bounds without weights": (
        'weight: "bod(low=0.4)"',
        as_it_is,
        "'Left': bounds of 1.2 to 3 in sum admit no",
    ),
    "pie of zero": ('weight: "bod(kind=pie_share, low=0.1)"', with_zero, "score is 0 in Item A"),
    "best case with a gap": ("weight: bod", with_gap, "Item B"),
    "best case of z": ("{weight: bod, normalise: zscore}", as_it_is, "needs scores of 0 or more"),
    "entropy of z": ("{weight: entropy, normalise: zscore}", as_it_is, "below 0 have no entropy"),
    "correlation of a constant": ("weight: correlation", constant, "Item A: the same score in every city"),
    "share above 1": ("screen: {cities: 65}", as_it_is, "screen: cities = 65 is outside 0 to 1"),
    "kept and dropped": ("screen: {keep: [a], drop: [a]}", as_it_is, "both to be kept and to be dropped"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_meaning_is_refused_in_a_sentence(capsys, tmp_path, case):
    recipe, change, said = REFUSED[case]
    x = values()
    change(x)
    code, _, err = call(capsys, tmp_path, recipe, x)
    assert code in (1, 2)
    assert said in err
    code, _, korean = call(capsys, tmp_path, recipe, x, lang="ko")
    assert code in (1, 2)
    assert any("가" <= letter <= "힣" for letter in korean)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("left: {", "left: {weight: -1, ", "a weight of -1 is below 0"),
        ("parent: right", "parent: right, weight: 0", "everything below it weighs 0"),
        ("left: {", "left: {parent: left, ", "leads back to it"),
        ("parent: right", "parent: left", "no indicator hangs below"),
        ("worst: 0, best: 100", "worst: 5, best: 5", "both 5"),
    ],
)
def test_a_framework_that_cannot_be_is_refused_at_its_line(capsys, tmp_path, old, new, said):
    code, _, err = call(capsys, tmp_path, "{}", values(), FRAMEWORK.replace(old, new))
    assert code == 1
    assert "v.yaml:" in err
    assert said in err


def test_few_cities_are_refused_by_treatment_and_by_weights_from_data(capsys, tmp_path):
    code, _, err = call(capsys, tmp_path, "treat: winsorise", values(5))
    assert (code, "winsorise needs 20 cities, and there are 5" in err) == (1, True)
    assert call(capsys, tmp_path, "{treat: winsorise, force: true}", values(5))[0] == 0
    code, _, err = call(capsys, tmp_path, "weight: critic", values(5))
    assert (code, "right" in err, "weights drawn from data need 20" in err) == (1, True, True)


@pytest.mark.parametrize("method", ["minmax", "zscore", "percentile_rank", "distance_to_max"])
def test_one_city_and_a_constant_indicator_are_shown_without_a_score_and_why(capsys, tmp_path, method):
    code, out, _ = call(capsys, tmp_path, f"normalise: {method}", values(1))
    assert code == 0
    assert "Item E" in out
    assert "too few" in out
    x = values()
    constant(x)
    if method != "percentile_rank":
        code, out, _ = call(capsys, tmp_path, f"normalise: {method}", x)
        assert (code, f"so {method} can tell no city from another" in out) == (0, True)


@pytest.mark.parametrize("recipe", ["{}", "normalise: minmax", "impute: mean", "order: copeland"])
def test_all_missing_is_a_table_without_scores(capsys, tmp_path, recipe):
    code, out, _ = call(capsys, tmp_path, recipe, values() * np.nan)
    assert code == 0
    assert "nothing yet" in out


@pytest.mark.parametrize("order", ["copeland", "kemeny", "outranking"])
def test_cities_that_are_all_alike_share_the_first_rank(capsys, tmp_path, order):
    assert call(capsys, tmp_path, f"order: {order}", np.repeat(values(1), 6, axis=0))[0] == 0


def test_names_that_no_indicator_has_are_doubted_on_the_screen(capsys, tmp_path):
    code, out, _ = call(capsys, tmp_path, "normalise: {default: goalposts, zz: rank}", values())
    assert code == 0
    assert "normalise names 'zz'" in out
