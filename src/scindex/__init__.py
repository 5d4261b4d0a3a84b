"""scindex: validated indicators and honest scores for smart sustainable cities.

Examples
--------
>>> import scindex as sx
>>> sx.search("broadband")[0].id
'u4ssc:fixed_broadband_subscriptions'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from scindex.analyses import coherence, leave_out, rank_bounds, sensitivity, tradeoffs
    from scindex.api import compare, diff, robustness, score
    from scindex.catalogue.load import load_framework, load_targets, read_framework
    from scindex.catalogue.search import search
    from scindex.errors import ScindexError
    from scindex.mapping import carbon_map, open_map
    from scindex.measures import inventory
    from scindex.recipe import Recipe
    from scindex.result import open_result
    from scindex.simulating import simulate
    from scindex.tables.cities import read_cities
    from scindex.tables.raw import read_table

_HOME = {
    "Recipe": "scindex.recipe",
    "ScindexError": "scindex.errors",
    "carbon_map": "scindex.mapping",
    "coherence": "scindex.analyses",
    "compare": "scindex.api",
    "diff": "scindex.api",
    "inventory": "scindex.measures",
    "leave_out": "scindex.analyses",
    "load_framework": "scindex.catalogue.load",
    "load_targets": "scindex.catalogue.load",
    "open_map": "scindex.mapping",
    "open_result": "scindex.result",
    "rank_bounds": "scindex.analyses",
    "read_cities": "scindex.tables.cities",
    "read_framework": "scindex.catalogue.load",
    "read_table": "scindex.tables.raw",
    "robustness": "scindex.api",
    "score": "scindex.api",
    "search": "scindex.catalogue.search",
    "sensitivity": "scindex.analyses",
    "simulate": "scindex.simulating",
    "tradeoffs": "scindex.analyses",
}

__all__ = [
    "Recipe",
    "ScindexError",
    "carbon_map",
    "coherence",
    "compare",
    "diff",
    "inventory",
    "leave_out",
    "load_framework",
    "load_targets",
    "open_map",
    "open_result",
    "rank_bounds",
    "read_cities",
    "read_framework",
    "read_table",
    "robustness",
    "score",
    "search",
    "sensitivity",
    "simulate",
    "tradeoffs",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: ``import scindex`` itself stays instant."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'scindex' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
