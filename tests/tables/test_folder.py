"""A folder is written whole or not at all, and nobody else's is ever replaced."""

from __future__ import annotations

import pytest

from scindex.errors import UsageError
from scindex.tables.folder import whole_folder


def fill(folder, text="new", *, force=False):
    with whole_folder(folder, force=force, mark="map.json") as there:
        (there / "map.json").write_text(text, encoding="utf-8")


def test_a_new_folder_takes_its_place(tmp_path):
    fill(tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_our_own_is_replaced_with_force_only(tmp_path):
    fill(tmp_path / "out", "old")
    with pytest.raises(UsageError):
        fill(tmp_path / "out")
    fill(tmp_path / "out", "newer", force=True)
    assert (tmp_path / "out" / "map.json").read_text(encoding="utf-8") == "newer"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_failure_leaves_the_old_one_and_nothing_else(tmp_path):
    fill(tmp_path / "out", "old")
    with (
        pytest.raises(RuntimeError),
        whole_folder(tmp_path / "out", force=True, mark="map.json") as there,
    ):
        (there / "half").write_text("", encoding="utf-8")
        raise RuntimeError
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["map.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_other_things_is_never_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        fill(tmp_path / "out", force=True)
    assert caught.value.findings[0].code == "folder-not-ours"
    assert (tmp_path / "out" / "thesis.docx").exists()


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "out").mkdir()
    fill(tmp_path / "out")
    assert (tmp_path / "out" / "map.json").exists()


def test_a_folder_in_no_folder_is_refused(tmp_path):
    with pytest.raises(UsageError):
        fill(tmp_path / "no" / "out")
