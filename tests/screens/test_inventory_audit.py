"""The audit on a terminal and for machines: what, where, how sure, what to do."""

from __future__ import annotations

import csv
import io
import json

import pytest

from scindex import messages
from scindex.findings import Finding
from scindex.screens.inventory_audit import audit_as, audit_screen
from scindex.screens.layout import width


def found() -> list[Finding]:
    params = {"confidence": "certain", "rule": "included", "years": "2018", "target": "I.4.1"}
    doubt = {**params, "confidence": "likely"}
    return [
        Finding("inv-ie-empty-target", "error", "c40.xlsx!C3", "Démo", 2018, "I.4.2", "=I.4.1", params),
        Finding("inv-ie-nowhere", "warning", "", "Twin", 2018, "V.3", None, doubt),
    ]


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_finding_says_what_where_how_sure_and_what_to_do(lang, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    messages.use(lang)
    text = audit_screen(found(), {"backcast": "years"}, 2, 2)
    assert max(width(line) for line in text.splitlines()) <= 80
    assert "c40.xlsx!C3" in text
    assert messages.label("audit-inv.sure.certain") in text
    assert messages.remedy(found()[0])[:12] in text
    assert messages.label("inv-rule.backcast") in " ".join(text.split())
    assert "audit-inv." not in text
    assert "inv-rule." not in text


def test_a_clean_inventory_says_so():
    assert "Nothing found." in audit_screen([], {}, 1, 1)


def test_csv_has_a_row_for_each_finding_and_defuses_formulas():
    rows = list(csv.DictReader(io.StringIO(audit_as(found(), "csv", {}))))
    assert [(r["code"], r["confidence"], r["ref"]) for r in rows] == [
        ("inv-ie-empty-target", "certain", "I.4.2"),
        ("inv-ie-nowhere", "likely", "V.3"),
    ]
    assert rows[0]["value"] == "'=I.4.1"


def test_json_keeps_parameters_and_what_was_not_examined():
    whole = json.loads(audit_as(found(), "json", {"backcast": "years"}))
    assert whole["not_examined"] == {"backcast": "years"}
    assert whole["findings"][0]["params"]["target"] == "I.4.1"
    assert whole["findings"][0]["remedy"]
