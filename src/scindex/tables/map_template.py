"""A MAP.yaml to start from: commented, with every layer there is."""

from __future__ import annotations

from pathlib import Path

from scindex.catalogue.layers import load_layers
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.messages import label, language
from scindex.tables.write import write_text

NAME = "MAP.yaml"


def plan_text() -> str:
    """Return the text of a commented MAP.yaml in the language in force."""
    lang = language()
    lines = [
        f"      # {layer.id}: {layer.name.get(lang) or layer.name.get('en', '')} <- {layer.input}"
        for layer in load_layers().values()
    ]
    return label("map.template", layers="\n".join(line.removeprefix("    ") for line in lines)) + "\n"


def write_plan(folder: Path) -> Path:
    """Write MAP.yaml into a folder, which is made if it is not there.

    Raises
    ------
    UsageError
        If there is one already, or the folder cannot be made.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as err:
        params = {"path": str(folder), "reason": err.strerror or str(err)}
        raise UsageError(Finding("cannot-write", where=folder.name, params=params)) from None
    path = folder / NAME
    write_text(plan_text(), path)
    return path
