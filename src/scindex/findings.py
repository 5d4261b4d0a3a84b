"""A finding: one thing a reader must know. Its sentence is made when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a reader must know, as data.

    Attributes
    ----------
    code : str
        Stable name; ``messages/`` holds its sentence and remedy in each language.
    severity : {"error", "warning", "note"}
        An error stops `score`; a warning doubts; a note reports what was done.
    where : str
        The cell as the spreadsheet shows it: ``pilot.xlsx!Sheet1!B7``.
    city, indicator : str
        What the finding is about, where it is about one.
    year : int or None
        Calendar year.
    value : object
        The value as the file has it.
    params : Mapping
        Fill the sentence. A value that is itself a mapping of languages
        (``{"en": ..., "ko": ...}``) is resolved when printed.

    Examples
    --------
    >>> Finding("unknown-framework", params={"wanted": "u4sc", "close": "u4ssc"}).code
    'unknown-framework'
    """

    code: str
    severity: Severity = "error"
    where: str = ""
    city: str = ""
    year: int | None = None
    indicator: str = ""
    value: Any = None
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as a row of the `findings` table (plain JSON types)."""
        return {
            "severity": self.severity,
            "code": self.code,
            "where": self.where,
            "city": self.city,
            "year": self.year,
            "indicator": self.indicator,
            "value": self.value,
            "params": dict(self.params),
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Finding:
        """Build a finding from a row that `to_dict` wrote."""
        fields: dict[str, Any] = {**row, "params": dict(row.get("params") or {})}
        return cls(**fields)
