"""The documentation does what it says: commands run, outputs are real, links lead somewhere."""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from test_architecture import LAYERS

from scindex import messages
from scindex.cli import _language_asked
from scindex.cli.root import run
from scindex.index.normalise import goalposts
from scindex.index.points import sum_points
from scindex.index.rollup import Shape, roll_up
from scindex.tables.cities import read_cities_bytes
from scindex.uncertainty.errors import quality_errors

ROOT = Path(__file__).parents[1]
WRITTEN = [p for p in sorted((ROOT / "docs").rglob("*.md")) if "reference" not in p.parts]
PAGES = [ROOT / "README.md", *WRITTEN]
WIDTH = 80
FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, the words after it, and its text."""

    language: str
    words: tuple[str, ...]
    text: str


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[Block]:
    found = FENCED.findall(page.read_text(encoding="utf-8"))
    return [Block((info.split() or [""])[0], tuple(info.split()[1:]), text) for info, text in found]


def is_transcript(block: Block) -> bool:
    return block.language == "text" and block.text.startswith("$ scindex ")


def commands(block: Block) -> list[str]:
    if is_transcript(block):
        return [block.text.partition("\n")[0].removeprefix("$ ")]
    lines = block.text.splitlines() if block.language == "sh" else []
    return [line for line in lines if line.startswith("scindex ")]


def table_after(page: str, marker: str, which: int = 0) -> list[list[str]]:
    """Return the rows of the table below the given occurrence of a marker, without its head."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8").split(f"<!-- {marker} -->")[which + 1]
    lines = [line for line in text.strip().split("\n\n")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


# --- a reader at work ---


class Reader:
    """Someone who follows a page from top to bottom, in a folder with the examples."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, object] = {}
        self.blank: set[str] = set()

    def run(self, line: str) -> str:
        """Run a command as printed and return all it said; its exit code must be the one announced."""
        expected = re.search(r"# exit (\d+)\s*$", line)
        words = shlex.split(line, comments=True)[1:]
        for name in self.blank.intersection(words):
            fill_in(self.folder / name)
            self.blank.remove(name)
        messages.use(_language_asked(words) or "en")
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = run(words)
        messages.use("en")
        assert code == int(expected[1] if expected else 0), f"{line}\n{said.getvalue()}"
        if words[0] == "template":
            self.blank.add(words[words.index("--out") + 1])
        return said.getvalue()

    def follow(self, block: Block) -> None:
        if block.words:
            self.save(block)
        for line in commands(block):
            said = self.run(line)
            if is_transcript(block):
                assert_shows(block.text.partition("\n")[2], said, line)
        if block.language == "python":
            with redirect_stdout(io.StringIO()):
                exec(compile(block.text, "page", "exec"), self.names)
        if block.language == "pycon":
            self.check(block.text)

    def save(self, block: Block) -> None:
        """Write a block to the file that its fence names, as text or as a sheet of a workbook."""
        name, _, sheet = block.words[0].partition("!")
        path = self.folder / name
        if sheet:
            add_sheet(path, sheet, [line.split(",") for line in block.text.splitlines()])
        else:
            encoding = block.words[1] if len(block.words) > 1 else "utf-8"
            path.write_text(block.text, encoding=encoding, newline="\n")

    def check(self, text: str) -> None:
        flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
        test = doctest.DocTestParser().get_doctest(text, dict(self.names), "page", None, 0)
        said = io.StringIO()
        assert doctest.DocTestRunner(optionflags=flags).run(test, out=said.write).failed == 0, said.getvalue()


def assert_shows(printed: str, said: str, line: str) -> None:
    """Hold an output on a page to the real one; a line of dots stands for any lines."""
    parts = re.split(r"(?m)^\.\.\.$\n?", printed.rstrip("\n") + "\n")
    pattern = "(?:.*\n)*?".join(re.escape(part) for part in parts)
    if not re.fullmatch(pattern, said.rstrip("\n") + "\n"):
        pytest.fail(f"The page says:\n{printed}\n$ {line}\n{said}", pytrace=False)


def add_sheet(path: Path, title: str, rows: list[list[str]]) -> None:
    book = openpyxl.load_workbook(path) if path.exists() else openpyxl.Workbook()
    if not path.exists():
        book.remove(book.worksheets[0])
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([float(c) if re.fullmatch(r"-?\d+(\.\d+)?", c) else c or None for c in row])
    book.save(path)


HEADINGS = (("city", "도시"), ("year", "연도"), ("value", "값"), ("unit", "단위"))


def fill_in(path: Path) -> None:
    """Fill a template as a city would in a spreadsheet program, which calculates city and year."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows())
    start = next(i for i, row in enumerate(rows) if sum(c.value is not None for c in row) > 5)
    heads = [str(c.value) for c in rows[start]]
    place, when, value, unit = (heads.index(next(w for w in ways if w in heads)) for ways in HEADINGS)
    for row in rows[start + 1 :]:
        city, year = row[place], row[when]
        city.value = "Asker" if str(city.value).startswith("=") else city.value
        year.value = 2024 if str(year.value).startswith("=") else year.value
        row[value].value = 50 if row[unit].value == "%" else None
    book.save(path)


@pytest.fixture
def reader(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / "docs" / "how-to").mkdir(parents=True)
    for name in ("pilot.yaml", "pilot.csv"):
        shutil.copy(ROOT / "docs" / "how-to" / name, tmp_path / "docs" / "how-to" / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    return Reader(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_can_be_followed_from_top_to_bottom(page, reader):
    for block in blocks(page):
        reader.follow(block)


def test_the_pages_hold_what_is_followed():
    followed = [b for page in PAGES for b in blocks(page)]
    assert sum(len(commands(b)) for b in followed) > 100
    assert sum(b.language == "python" for b in followed) >= 10
    assert sum(is_transcript(b) for b in followed) >= 15


def test_the_readme_shows_the_whole_first_screen():
    """That it is the program's own is checked where the page is followed."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("<!-- screen -->")[1].split("<!-- end -->")[0]
    assert section.strip().startswith("```text\n$ scindex score examples/pilot_cities.csv\n")
    assert section.strip().endswith("\n```")
    assert "\n...\n" not in section


def test_outputs_that_differ_from_the_programs_are_noticed():
    for printed in ("a\nc\n", "a\n...\nd\n", "b\n...\n"):
        with pytest.raises(pytest.fail.Exception):
            assert_shows(printed, "a\nb\nc\n", "a page")
    assert_shows("a\n...\nc\n", "a\nb\nc\n", "a page")


# --- links, reference, layers ---

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=named)
def test_links_lead_to_files(page):
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    targets = [t.partition("#")[0] for t in LINK.findall(text) if not t.startswith(("http", "#"))]
    missing = [t for t in targets if not (page.parent / t).exists()]
    assert not missing


def anchors(page: Path) -> set[str]:
    """Return what a link into a page may point at: its headings, as code hosts spell them."""
    heads = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "docs/reference/methods.md"], ids=named)
def test_links_into_pages_lead_to_headings(page):
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    into = [t.split("#") for t in LINK.findall(text) if "#" in t and not t.startswith("http")]
    lost = [f"{to}#{part}" for to, part in into if part not in anchors(page.parent / to if to else page)]
    assert not lost


def test_every_page_is_reached_from_the_index():
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / t).resolve() for t in LINK.findall(index.read_text(encoding="utf-8"))}
    assert not [named(p) for p in WRITTEN if p != index and p not in linked]


def test_the_reference_is_what_the_code_says():
    env = {**os.environ, "SCINDEX_LANG": "en", "PYTHONUTF8": "1"}
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_layers_on_the_architecture_page_are_those_of_the_test():
    rows = table_after("concepts/architecture.md", "layers")
    assert [set(re.findall(r"`(\w+)`", rooms)) for rooms, _ in rows] == LAYERS


# --- worked examples ---


def test_the_worked_example_of_coverage_and_bounds_is_what_the_functions_give():
    leaves = table_after("concepts/coverage-and-bounds.md", "worked")
    values = [float(v) if v != "missing" else np.nan for _, v, *_ in leaves]
    scores = [goalposts(np.array([v]), float(w), float(b)) for v, (_, _, w, b, *_) in zip(values, leaves)]
    printed = [float(row[5]) if row[5] else np.nan for row in leaves]
    assert np.concatenate(scores) == pytest.approx(printed, nan_ok=True)
    weights = np.array([1.0, *(float(row[4]) for row in leaves)])
    shape = Shape(((1, 2, 3), (), (), ()), (-1, 0, 1, 2), weights, ("arithmetic",) * 4)
    up = roll_up(shape, np.array(scores), np.ones((3, 1), dtype=bool))
    found = [up.score[0, 0], up.low[0, 0], up.high[0, 0], up.coverage[0, 0]]
    rows = table_after("concepts/coverage-and-bounds.md", "worked", 1)
    assert found == pytest.approx([float(row[2]) for row in rows])


def test_the_points_on_the_page_are_what_the_functions_give():
    rows = table_after("concepts/standing-and-targets.md", "points")
    assert len(rows) == 3
    for points, open_items, score, band, low, high in rows:
        leaves = np.array([[float(p)] for p in points.split("+")] + [[np.nan]] * int(open_items))
        n = len(leaves)
        flat = Shape((tuple(range(1, n + 1)),) + ((),) * n, (-1, *range(n)), np.ones(n + 1), ("",) * (n + 1))
        found = [x[0, 0] for x in sum_points(flat, leaves, np.ones(leaves.shape, dtype=bool))][:3]
        assert found == [float(score), float(low), float(high)]
        first, last = (float(end) for end in band.split("-"))
        assert first <= found[0] < last


def test_the_assumed_errors_on_the_page_are_those_of_the_file():
    rows = table_after("how-to/robustness.md", "quality errors")
    assert {name: float(size.rstrip(" %")) / 100 for name, size in rows} == quality_errors()["values"]


AMOUNT, RATE, YES_NO = "Availability of WIFI in Public Areas", "Informal Settlements", "Resilience Plans"


def test_the_table_of_missing_values_is_how_cells_are_read():
    rows = table_after("concepts/status-and-quality.md", "statuses")
    assert len(rows) == 10
    for written, _, value, status, reason, _ in rows:
        marks = [m or "" for m in re.findall(r"`([^`]+)`", written)] + ([""] if "empty" in written else [])
        indicator = YES_NO if "yes/no" in written else AMOUNT if "an amount" in written else RATE
        wanted = [np.nan] * len(marks) if value == "missing" else [float(v) for v in value.split(" or ")]
        for mark, number in zip(marks, wanted * len(marks)):
            text = f"city,year,indicator,value\nA,2024,{indicator},{mark}\nA,2024,Basic Water Supply,99\n"
            frame = read_cities_bytes(text.encode(), "a.csv").observations.set_index("where")
            row = frame.loc["a.csv!D2"]
            assert [row["value"]] == pytest.approx([number], nan_ok=True), (indicator, mark)
            assert (row["status"], row["reason"]) == (status, reason), (indicator, mark)
