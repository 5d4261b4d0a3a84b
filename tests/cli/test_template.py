import pytest

from scindex import messages
from scindex.catalogue.load import load_framework
from scindex.cli.root import run
from scindex.tables.cities import read_cities
from scindex.tables.template import build_template


def call(capsys, *arguments):
    code = run([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_template_is_written_and_what_comes_next_is_said(capsys, tmp_path):
    out = tmp_path / "city.xlsx"
    code, printed, said = call(
        capsys, "template", "u4ssc", "--city", "Karmøy", "--year", "2024", "--out", out
    )
    assert (code, printed) == (0, "")
    assert "scindex validate" in said
    assert len(read_cities(out).observations) == 112


def test_the_language_in_force_is_the_workbooks(capsys, tmp_path):
    messages.use("ko")
    out = tmp_path / "city.xlsx"
    code, _, said = call(
        capsys, "template", "oecd", "--city", "김해", "--year", "2024", "--out", out, "--quiet"
    )
    assert (code, said) == (0, "")
    assert out.read_bytes() == build_template(load_framework("oecd"), lang="ko", city="김해", year=2024)


def test_an_existing_file_stays_unless_forced(capsys, tmp_path):
    out = tmp_path / "city.xlsx"
    out.write_text("mine")
    code, _, said = call(capsys, "template", "u4ssc", "--out", out)
    assert code == 2
    assert "--force" in said
    assert out.read_text() == "mine"
    assert call(capsys, "template", "u4ssc", "--out", out, "--force")[0] == 0
    assert out.read_bytes()[:2] == b"PK"


def test_a_dash_writes_the_workbook_to_standard_output(capfdbinary):
    assert run(["template", "u4ssc", "--out", "-"]) == 0
    captured = capfdbinary.readouterr()
    assert captured.out == build_template(load_framework("u4ssc"))
    assert captured.err == b""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["u4sc", "--out", "city.xlsx"], "u4ssc"),
        (["u4ssc", "--out", "city.csv"], ".xlsx"),
        (["u4ssc", "--year", "20024", "--out", "city.xlsx"], "2100"),
        (["u4ssc", "--year", "last", "--out", "city.xlsx"], "--year"),
        (["u4ssc"], "out"),
        (["gone.yaml", "--out", "city.xlsx"], "gone.yaml"),
    ],
)
def test_a_wrong_call_says_what_to_write_and_writes_nothing(capsys, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    code, _, err = call(capsys, "template", *arguments)
    assert code == 2
    assert said in err
    assert not list(tmp_path.iterdir())
