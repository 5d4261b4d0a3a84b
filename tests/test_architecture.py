"""The layers of docs/concepts/architecture.md, and the sizes that keep modules readable."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "scindex"

LAYERS = [
    {"cli"},
    {"simulating"},
    {"mapping"},
    {"analyses", "api", "measures", "parted"},
    {"report"},
    {"charts"},
    {"result"},
    {"screens"},
    {"audit"},
    {"comparison"},
    {"uncertainty"},
    {"measure", "scoring"},
    {"parts"},
    {"index", "tables"},
    {"schema"},
    {"catalogue"},
    {"recipe", "units"},
    {"_resources", "extras", "methods", "provenance", "stats"},
    {"errors", "messages"},
    {"findings"},
]
LEVEL = {name: len(LAYERS) - i for i, names in enumerate(LAYERS) for name in names}
FREE = {"__init__", "__main__"}
MODULES = sorted(SRC.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(SRC).with_suffix("").parts[0]


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import in line {node.lineno}"
            names = [node.module] if node.module != "scindex" else [f"scindex.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        else:
            continue
        yield from (n.split(".")[1] for n in names if n and n.startswith("scindex.") and "__" not in n)


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room(p) not in FREE], ids=lambda p: str(p.relative_to(SRC))
)
def test_imports_only_point_down(path):
    here = room(path)
    for there in imports(path):
        # an error prints itself through the messages beside it
        allowed = there == here or LEVEL[there] < LEVEL[here] or (here, there) == ("errors", "messages")
        assert allowed, f"{here} imports {there}"


def test_the_measure_half_and_the_index_half_meet_in_tables_only():
    for path in MODULES:
        used = set(imports(path))
        if room(path) == "measure":
            assert not used & {"index", "scoring", "uncertainty", "comparison"}, path
        if room(path) in {"index", "scoring", "uncertainty", "comparison", "audit"}:
            assert "measure" not in used, path


def test_measures_never_import_each_other():
    for path in MODULES:
        inside = path.relative_to(SRC).parts
        if inside[0] == "measure" and len(inside) > 2:
            text = path.read_text(encoding="utf-8")
            others = {p.name for p in (SRC / "measure").iterdir() if p.is_dir()} - {inside[1], "__pycache__"}
            assert not any(f"scindex.measure.{other}" in text for other in others), path


def test_every_room_has_a_layer():
    assert {room(p) for p in MODULES} - FREE <= set(LEVEL)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SRC)))
def test_modules_and_functions_stay_readable(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            documented = ast.get_docstring(node)
            body = (node.end_lineno or 0) - node.body[1 if documented and len(node.body) > 1 else 0].lineno
            assert body <= 40, f"{path.name}: {node.name} has {body} lines"


def test_only_these_rooms_read_or_write_files():
    readers = {
        "_resources",
        "catalogue",
        "tables",
        "messages",
        "result",
        "cli",
        "schema",
        "parts",
        "report",
        "charts",
    }
    verbs = (".read_text(", ".read_bytes(", ".write_text(", ".write_bytes(", ".open(")
    for path in MODULES:
        if any(v in path.read_text(encoding="utf-8") for v in verbs):
            assert room(path) in readers, path


def test_nothing_prints_except_the_command_line():
    for path in MODULES:
        if room(path) not in ("cli", "schema"):
            calls = [
                n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)
            ]
            assert not any(isinstance(c.func, ast.Name) and c.func.id == "print" for c in calls), path
