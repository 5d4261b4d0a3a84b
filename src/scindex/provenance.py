"""What a result was made from: version, inputs, definitions, choices. No clock, no path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scindex import __version__


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything needed to make the same result again.

    Attributes
    ----------
    version : str
        Version of scindex.
    inputs : tuple of dict
        Name and SHA-256 of each file read, with sheet, encoding and layout.
    definitions : Mapping of str to str
        Name of each YAML file used -> its SHA-256.
    recipe : Mapping
        Every choice, as `Recipe.to_dict` gives it.

    Examples
    --------
    >>> Provenance(inputs=({"name": "city.csv"},)).to_dict()["inputs"][0]["name"]
    'city.csv'
    """

    version: str = __version__
    inputs: tuple[Mapping[str, Any], ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "version": self.version,
            "inputs": [dict(i) for i in self.inputs],
            "definitions": dict(self.definitions),
            "recipe": dict(self.recipe),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Provenance:
        """Build from what `to_dict` gave."""
        inputs: Iterable[Mapping[str, Any]] = data.get("inputs", ())
        return cls(data["version"], tuple(inputs), data.get("definitions", {}), data.get("recipe", {}))
