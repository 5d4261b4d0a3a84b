"""The audits of the frameworks that ship, as pages of ``docs/concepts``."""

from __future__ import annotations

from pathlib import Path

from scindex._resources import read_definition, root
from scindex.audit.grades import audit
from scindex.audit.page import page
from scindex.catalogue.load import framework_ids, load_framework
from scindex.recipe import merge
from scindex.scoring import score
from scindex.tables.cities import read_cities
from scindex.tables.write import write_text

DATA = "examples/pilot_cities.csv"
"""Published values of real cities; the other example is invented and says nothing of a framework."""


def pages() -> dict[str, str]:
    """Return the audit of each framework that ships, by the name of its page."""
    cities = read_cities(root() / DATA)
    out = {}
    for name in framework_ids():
        framework = load_framework(name)
        scores = None
        if cities.observations["indicator"].isin(framework.indicators).any():
            scores = score(cities.observations, framework, recipe=merge(framework.recipe))
        out[f"audit-{name}.md"] = page(audit(framework, scores), DATA if scores else "")
    return out


def write(folder: Path) -> list[str]:
    """Write the pages into a folder; return their names."""
    for name, text in pages().items():
        write_text(text, folder / name, force=True)
    return list(pages())


def stale(folder: Path) -> list[str]:
    """Return the names of the pages that are not what the program says."""
    found = []
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or read_definition(path).decode("utf-8") != text:
            found.append(name)
    return found
