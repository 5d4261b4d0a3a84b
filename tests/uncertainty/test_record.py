"""Every draw written down: worked out again from its own parameters, and counted as the ranks were."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from uncertainty.small import VALUES
from uncertainty.varied import PUBLISHED, SAME, no_error, sure, varied

from scindex.errors import UsageError
from scindex.uncertainty import record as module
from scindex.uncertainty.plan import FACTORS
from scindex.uncertainty.record import record


def test_scores_follow_from_the_shares_written_beside_them():
    result = varied(("weights",), columns={"error": no_error})
    table = record(result)
    assert list(table["draw"]) == list(range(1, 1001))
    # straight line: c0 has a = 10 of 50, b = 15 of 20 (less is better), c = 70 of 100, d = 0.5 of 1
    leaves = {"a": 20.0, "b": 25.0, "c": 70.0, "d": 50.0}
    wanted = 0.0
    for node, children in (("left", "ab"), ("right", "cd")):
        wanted += table[f"share {node}"] * sum(table[f"share s:{c}"] * leaves[c] for c in children)
    assert table["score total c0"].to_numpy() == pytest.approx(wanted.to_numpy())


def test_they_are_the_draws_behind_the_ranks():
    result = varied(FACTORS)
    result = replace(result, robust=sure(result, n=300))
    table = record(result)
    assert len(table) == result.robust.n
    scores = table[[f"score total c{k}" for k in range(3)]].to_numpy()
    first = (scores == scores.max(axis=1, keepdims=True)).mean(axis=0)
    assert result.robust.ranks["first"].to_numpy() == pytest.approx(first)


def test_only_goalposts_that_moved_are_there():
    table = record(varied(("goalposts",), a={"standing": "published"}))
    assert "worst s:b" in table
    assert "best s:a" not in table
    assert np.ptp(table["best s:b"]) > 0
    assert not [c for c in record(varied(("weights",))) if c.startswith(("worst", "best"))]


def test_recipes_are_in_words():
    words = set(record(varied(("methods",)))["recipe"])
    assert "weight: own, aggregate: arithmetic" in words
    assert len(words) == 6
    alone = record(varied(("data",), robust=SAME, **PUBLISHED))
    assert set(alone["recipe"]) == {"weight: own, aggregate: arithmetic"}


def test_what_nothing_can_be_ranked_in_has_no_scores():
    table = record(varied(("weights",), {k: v[:1] for k, v in VALUES.items()}))
    assert not [c for c in table if c.startswith("score")]
    assert len(table) == 1000


def test_a_table_beyond_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_CELLS", 100)
    with pytest.raises(UsageError) as caught:
        record(varied(("weights",)))
    assert caught.value.findings[0].code == "draws-too-many-to-save"
