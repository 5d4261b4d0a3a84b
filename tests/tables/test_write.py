import json
import math
import os
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import DataError, UsageError
from scindex.tables import write
from scindex.tables.write import defuse, dump_json, whole, write_csv, write_parquet, write_xlsx

NASTY = [
    "=1+1",
    "+1",
    "-",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "＝1",
    "-5 degrees",
    "<script>alert(1)</script>",
    "Ålesund",
    "'=a",
    "=a",
]


def nasty_table():
    return pd.DataFrame({"city": pd.Categorical(NASTY), "plain": NASTY, "value": [-1.5] * len(NASTY)})


@given(st.text(max_size=12))
def test_no_text_is_left_that_a_spreadsheet_would_run(text):
    safe = defuse(text)
    assert len(safe) <= 1 or not safe.startswith(write.DANGEROUS)
    assert safe in (text, "'" + text)


def test_csv_keeps_negative_numbers_and_a_lone_sign(tmp_path):
    path = tmp_path / "x.csv"
    with path.open("wb") as handle:
        write_csv(nasty_table(), handle)
    back = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert (back["value"] == "-1.5").all()
    assert back["plain"][2] == "-"
    assert back["plain"].tolist() == [defuse(t) for t in NASTY]
    # two different cities stay two, even where defusing makes them look alike
    assert back["city"].nunique() == len(NASTY)


def test_a_workbook_has_text_but_no_formula_and_no_link(tmp_path):
    path = tmp_path / "x.xlsx"
    write_xlsx({"scores": nasty_table().assign(link="https://example.org")}, path)
    sheet = openpyxl.load_workbook(path)["scores"]
    assert {c.data_type for row in sheet.iter_rows(min_row=2, max_col=2) for c in row} == {"s"}
    assert sheet["B2"].value == "=1+1"
    assert not any("hyperlink" in n.lower() for n in zipfile.ZipFile(path).namelist())


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for name, do in (
        ("a.xlsx", lambda p: write_xlsx({"s": nasty_table()}, p)),
        ("a.parquet", lambda p: write_parquet(nasty_table(), p)),
    ):
        first, second = tmp_path / name, tmp_path / ("2" + name)
        do(first)
        do(second)
        assert first.read_bytes() == second.read_bytes()


def test_json_has_no_nan():
    text = dump_json({"a": math.nan, "b": [math.inf, 1.0], "c": pd.NA})
    assert json.loads(text) == {"a": None, "b": [None, 1.0], "c": None}


def test_a_character_that_cp949_lacks_is_named(tmp_path):
    with (tmp_path / "x.csv").open("wb") as handle, pytest.raises(DataError) as caught:
        write_csv(pd.DataFrame({"city": ["Karmøy"], "v": ["서울 ñ"]}), handle, "cp949")
    assert caught.value.findings[0].code == "not-in-encoding"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_korean_survives_every_encoding(tmp_path, encoding):
    path = tmp_path / "x.csv"
    with path.open("wb") as handle:
        write_csv(pd.DataFrame({"city": ["서울"], "v": [1.5]}), handle, encoding)
    assert path.read_bytes().decode(encoding).splitlines()[1] == '"서울",1.5'


def test_an_existing_file_is_kept_without_force(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("mine")
    with pytest.raises(UsageError) as caught, whole(path, force=False):
        pass
    assert caught.value.findings[0].code == "output-exists"
    assert path.read_text() == "mine"


def test_nothing_is_left_half_written(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("old")
    with pytest.raises(UsageError) as caught, whole(path, force=True) as temporary:
        temporary.write_text("half")
        raise OSError(28, os.strerror(28))
    assert caught.value.findings[0].params["reason"] == os.strerror(28)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_an_interrupt_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), whole(path, force=True) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("limit", [0, 1, 100, 4096])
def test_a_disk_full_at_any_byte_is_one_clear_error(tmp_path, suffix, limit):
    """A file size limit stands in for a full disk: every writer meets it at byte `limit`."""
    import subprocess
    import sys

    target = tmp_path / f"out{suffix}"
    code = f"""
import resource, signal, sys
from pathlib import Path
import pandas as pd, pyarrow, pyarrow.csv, pyarrow.parquet, xlsxwriter
from scindex.errors import ScindexError
from scindex.tables.write import whole, write_csv, write_parquet, write_xlsx
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
table = pd.DataFrame({{"a": range(20000), "b": [str(i * 7919) for i in range(20000)]}})
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
path = Path({str(target)!r})
try:
    with whole(path, force=False) as temporary:
        if path.suffix == ".csv":
            with temporary.open("wb") as handle:
                write_csv(table, handle)
        elif path.suffix == ".xlsx":
            write_xlsx({{"t": table}}, temporary)
        else:
            write_parquet(table, temporary)
except ScindexError as err:
    print(err.findings[0].code, [p.name for p in path.parent.iterdir()])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "cannot-write []", done.stdout + done.stderr[-2000:]
