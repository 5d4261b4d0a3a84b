"""What counting a framework or a result brings: values to grade, and facts to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scindex import messages
from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import STANDINGS, Names
from scindex.findings import Finding


@dataclass(frozen=True, slots=True)
class Found:
    """Values by measure, and facts by step, as they are counted."""

    values: dict[str, float] = field(default_factory=dict[str, float])
    facts: dict[str, list[Finding]] = field(default_factory=dict[str, list[Finding]])

    def tell(self, step: str, code: str, **params: Any) -> None:
        """Note a fact of a step."""
        self.facts.setdefault(step, []).append(Finding(code, "note", params=params))


def share(part: float, whole: float) -> float:
    """Return part of whole; NaN of nothing.

    Examples
    --------
    >>> share(1, 4), share(0, 0)
    (0.25, nan)
    """
    return part / whole if whole else float("nan")


def standings(counts: Mapping[str, int], none: str = "") -> Names:
    """Return counts by standing as text in each language, strongest first.

    Parameters
    ----------
    counts : Mapping of str to int
        By standing; ``""`` counts what has none.
    none : str
        Label for what has none.
    """
    names = codelist("standing")
    out = {}
    for lang in messages.LANGUAGES:
        told = [f"{names[s][lang]} {counts[s]}" for s in STANDINGS if counts.get(s)]
        told += [f"{messages.label(none, lang)} {counts['']}"] if none and counts.get("") else []
        out[lang] = ", ".join(told) or "-"
    return out
