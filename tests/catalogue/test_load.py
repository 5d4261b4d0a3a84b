"""The frameworks that come with scindex hold what their sources hold."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest

from scindex.catalogue.load import framework_ids, load_framework, load_targets, read_framework
from scindex.catalogue.lookup import Lookup
from scindex.errors import UsageError


def kpis(framework):
    return {i.id.rpartition(".")[0] or i.id for i in framework.indicators.values()}


def test_u4ssc_has_91_kpis_in_3_dimensions_7_subdimensions_22_categories(u4ssc):
    levels = Counter(n.level for n in u4ssc.nodes.values())
    categories = {n.name["en"] for n in u4ssc.nodes.values() if n.level == "category"}
    assert (len(kpis(u4ssc)), levels["kpi"], levels["dimension"], levels["subdimension"]) == (91, 91, 3, 7)
    assert len(categories) == 22


def test_kpis_spread_over_the_dimensions_as_published(u4ssc):
    """45 economy, 17 environment, 29 society; of economy 17 ICT, 7 productivity, 21 infrastructure."""
    kpi_nodes = [n.parent for n in u4ssc.nodes.values() if n.level == "kpi"]
    tops = Counter(p.partition(".")[0] for p in kpi_nodes)
    economy = Counter(p.split(".")[1] for p in kpi_nodes if p.startswith("economy"))
    assert tops == {"economy": 45, "environment": 17, "society": 29}
    assert economy == {"ict": 17, "productivity": 7, "infrastructure": 21}


def test_core_and_advanced_are_54_and_37(u4ssc):
    assert Counter(n.tier for n in u4ssc.nodes.values() if n.level == "kpi") == {"core": 54, "advanced": 37}


def test_the_wifi_conflict_is_kept_and_shown(u4ssc):
    wifi = u4ssc.indicators["u4ssc:availability_of_wifi_in_public_areas"]
    values = {c["field"]: {v["value"] for v in c["values"]} for c in wifi.conflicts}
    assert values["tier"] == {"core", "advanced"}
    assert (wifi.tier, wifi.code, wifi.codes) == ("advanced", "EC: ICT: ICT: 5A", ("EC: ICT: ICT: 5C",))


def test_oecd_has_131_indicators_30_core_15_taken_over(oecd):
    taken = [i for i in oecd.indicators if i.startswith("u4ssc:")]
    core = [n for n in oecd.nodes.values() if n.tier == "core"]
    assert (len(oecd.indicators), len(core), len(taken)) == (131, 30, 15)


def test_what_oecd_takes_over_is_the_same_object(u4ssc, oecd):
    taken = [i for i in oecd.indicators.values() if i.framework == "u4ssc"]
    assert all(u4ssc.indicators[i.id] is i for i in taken)


def test_what_oecd_takes_over_keeps_a_name_code_and_tier_of_its_own(oecd):
    node = oecd.nodes["u4ssc:traffic_monitoring"]
    assert (node.code, node.tier) == ("D28", "advanced")
    assert oecd.indicators[node.id].tier == "core"
    assert oecd.aliases["oecd:major_streets_monitored_by_ict"] == node.id


@pytest.mark.parametrize("name", framework_ids())
def test_every_node_is_reached_once_and_parents_come_first(name):
    framework = load_framework(name)
    seen = set()
    for node in framework.nodes.values():
        assert node.id == "" or node.parent in seen
        seen.add(node.id)
    children = [c for n in framework.nodes.values() for c in n.children]
    assert len(children) == len(set(children)) == len(framework.nodes) - 1


@pytest.mark.parametrize("name", framework_ids())
def test_leaves_are_exactly_the_indicators(name):
    framework = load_framework(name)
    assert [n.id for n in framework.nodes.values() if not n.children] == list(framework.indicators)


def test_axes_stand_on_top_and_impact_has_four_objectives(oecd):
    assert oecd.nodes[""].children == ("digitalisation", "engagement", "impact")
    impact = [c.partition(".")[2] for c in oecd.nodes["impact"].children]
    assert impact == ["wellbeing", "inclusion", "resilience", "sustainability"]


def test_an_unknown_framework_names_the_close_ones():
    with pytest.raises(UsageError) as caught:
        load_framework("u4sc")
    assert caught.value.findings[0].params["close"] == ["u4ssc"]


def test_a_path_is_never_an_id():
    with pytest.raises(UsageError):
        load_framework("../frameworks/u4ssc")


def test_reading_a_shipped_file_gives_the_shipped_framework(u4ssc):
    from pathlib import Path

    again = read_framework(Path(u4ssc.path))
    assert again == u4ssc


OURS = {"goalpost_status": "proposed"}
MENDED = {
    # What reading the sources changed after the reference was made; entry by entry, the YAML says why.
    "EC.I.T.5A": {"worst": "2.5", "goalpost_status": "adapted"},
    "EN.EN.AQ.2C": {"plausible_min": "0.1"},
    "EN.EN.EQ.2A": OURS,
    "SC.EH.H.6A": {"name_ko": "전자건강기록(EHR) 보유 인구 비율"},
    "SC.SH.HO.1C": OURS,
    "SC.SH.SA.4A": OURS,
    "SC.SH.SI.3C": {"name_ko": "빈곤율", **OURS},
    "D21": {"name_ko": "규제 기준 이상 건물의 에너지·온실가스 정보 공개 비율"},
    "D31": {"goalpost_status": "adapted", "evidence": "read"},
    "I46": OURS,
}


def reference_rows(path, key):
    """Return the rows of a reference table by their id, mended where a source has been read since."""
    with path.open(encoding="utf-8-sig") as handle:
        return {row[key]: row | MENDED.get(row[key], {}) for row in csv.DictReader(handle)}


def numbers(text, point):
    """Read the reference's `plain` or `point=value;...` cells."""
    if "=" not in text:
        return float(text) if text else None
    return {k: float(v) for k, v in (p.split("=") for p in text.split(";"))}.get(point)


def test_every_number_of_the_reference_is_in_u4ssc(u4ssc, reference):
    """Ranges, goalposts, standing, unit, tier, axis: the CSV that the YAML was made from."""
    lookup = Lookup([u4ssc])
    rows = reference_rows(reference / "u4ssc_kpis.csv", "id")
    assert len(rows) == 91
    for row in rows.values():
        ids = lookup.codes(row["id"]) or lookup.points(row["id"])
        for indicator in (u4ssc.indicators[i] for i in ids):
            point = indicator.slug.partition(".")[2]
            where = (row["id"], point)
            posts = indicator.goalposts
            assert (posts.worst if posts else None) == numbers(row["worst"], point), where
            assert (posts.best if posts else None) == numbers(row["best"], point), where
            assert posts is None or posts.standing == row["goalpost_status"], where
            assert indicator.possible == (numbers(row["valid_min"], point), numbers(row["valid_max"], point))
            assert indicator.plausible == tuple(numbers(row[f"plausible_{e}"], point) for e in ("min", "max"))
            assert (indicator.axis, indicator.dimension) == (row["axis"], row["oecd_dimension"]), where
            assert (indicator.tier, indicator.sector) == (row["level"], row["netzero_sector"]), where
            assert indicator.name["en"].partition(": ")[0] == row["name"], where
            assert indicator.name["ko"].partition(": ")[0] == row["name_ko"], where


def test_every_number_of_the_reference_is_in_oecd(oecd, reference):
    rows = reference_rows(reference / "oecd_indicators.csv", "indicator_id")
    by_code = {n.code: n for n in oecd.nodes.values() if n.id in oecd.indicators}
    assert len(by_code) == len(rows) == 131
    for row in rows.values():
        node = by_code[row["indicator_id"]]
        indicator = oecd.indicators[node.id]
        assert node.name == {"en": row["name"], "ko": row["name_ko"]}
        assert (node.tier == "core") == (row["core"] == "1"), node.code
        assert (indicator.axis, indicator.dimension) == (row["axis"], row["dimension"]), node.code
        assert bool(row["same_as"]) == (indicator.framework == "u4ssc"), node.code
        if row["same_as"]:
            assert indicator.code.replace(": ", ".") == row["same_as"]
            continue
        posts = indicator.goalposts
        found = (posts.worst, posts.best, posts.standing) if posts else (None, None, "")
        assert found == (numbers(row["worst"], ""), numbers(row["best"], ""), row["goalpost_status"]), (
            node.code
        )
        assert indicator.possible == (numbers(row["valid_min"], ""), numbers(row["valid_max"], "")), node.code


def test_the_standing_of_a_source_follows_what_was_read(oecd, reference):
    """Own proposals are proposed, recalled facts recalled, read facts published or adapted."""
    meant = {"own": {"proposed"}, "recalled": {"recalled"}, "read": {"published", "adapted"}}
    rows = reference_rows(reference / "oecd_indicators.csv", "indicator_id")
    evidence = {code: row["evidence"] for code, row in rows.items()}
    own = [i for i in oecd.indicators.values() if i.framework == "oecd"]
    assert all(i.source.standing in meant[evidence[i.code]] for i in own)
    assert Counter(evidence.values()) == {"own": 62, "recalled": 38, "read": 31}


def test_no_published_source_is_without_a_page_or_an_address(u4ssc, oecd):
    read = [i for f in (u4ssc, oecd) for i in f.indicators.values() if i.source.standing == "published"]
    assert len(read) > 20
    assert [i.id for i in read if not (i.source.page or i.source.url)] == []


def test_pages_read_on_itu_keep_their_number(u4ssc, reference):
    for code, row in reference_rows(reference / "u4ssc_kpis.csv", "id").items():
        page = re.search(r"read on ITU page: 2017 Collection Methodology p\.(\d+)", row["notes"])
        for i in u4ssc.indicators.values():
            if page and i.code.replace(": ", ".") == code:
                assert (i.source.page, i.source.year, i.source.standing) == (page[1], 2017, "published")


def test_sdg_codes_are_goals_or_targets(u4ssc):
    codes = {code for i in u4ssc.indicators.values() for code in i.sdg}
    assert codes
    assert all(re.fullmatch(r"([1-9]|1[0-7])(\.\w+)*", code) for code in codes)


def test_the_only_published_target_is_broadband_at_60():
    targets = load_targets("u4ssc_published").targets
    assert {t.indicator: (t.target, t.standing) for t in targets.values()} == {
        "u4ssc:fixed_broadband_subscriptions": (60.0, "published")
    }


def test_proposed_targets_are_those_of_the_reference(u4ssc, reference):
    targets = load_targets("u4ssc_proposed").targets
    lookup = Lookup([u4ssc])
    expected = {}
    with (reference / "u4ssc_kpis.csv").open(encoding="utf-8-sig") as handle:
        for row in csv.DictReader(handle):
            for leaf in lookup.codes(row["id"]) or lookup.points(row["id"]):
                expected[leaf] = numbers(row["benchmark_target"], leaf.rpartition(".")[2])
    principles = {i for i in expected if "spatial_planning" in i}
    no_annual_mean = {"u4ssc:air_pollution.so2", "u4ssc:air_pollution.o3", "u4ssc:open_data.number"}
    expected = {i: 1.0 if i in principles else t for i, t in expected.items() if t is not None}
    assert {i: t.target for i, t in targets.items()} == {
        i: t for i, t in expected.items() if i not in no_annual_mean
    }


def test_lower_is_better_targets_have_a_worst_value_or_say_why_not(u4ssc):
    targets = load_targets("u4ssc_proposed").targets
    without = {i for i, t in targets.items() if u4ssc.indicators[i].direction == "lower" and t.worst is None}
    assert without == {
        "u4ssc:air_pollution.no2",
        "u4ssc:natural_disaster_related_deaths",
        "u4ssc:disaster_related_economic_losses",
    }
    assert all(targets[i].reason["en"] for i in without)
