"""From words on the command line to frameworks, recipes and target sets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scindex._resources import read_yaml
from scindex.catalogue.entries import Framework, TargetSet
from scindex.catalogue.load import load_framework, load_targets, read_framework, read_targets, target_set_ids
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.recipe import Recipe, merge


def framework(word: str) -> Framework:
    """Return a framework by id, or from a YAML file where the word is a path."""
    return read_framework(Path(word)) if word.endswith((".yaml", ".yml")) else load_framework(word)


def frameworks(words: Sequence[str]) -> list[Framework]:
    """Return several; none given leaves the choice to the reader."""
    return [framework(word) for word in words]


def targets(word: str | None, chosen: Framework) -> TargetSet | None:
    """Return a target set: ``published``, ``proposed``, an id, or a file."""
    if word is None:
        return None
    if word.endswith((".yaml", ".yml")):
        return read_targets(Path(word), chosen)
    return load_targets(target_set(word, chosen))


def target_set(word: str, chosen: Framework) -> str:
    """Return the id behind a short name: ``proposed`` is ``u4ssc_proposed`` for U4SSC."""
    named = f"{chosen.id}_{word}"
    return named if named in target_set_ids() else word


def recipe(chosen: Framework, file: str | None, options: dict[str, Any], *, by: str | None = None) -> Recipe:
    """Merge a recipe: defaults (`by` among them) < the framework's own < the file < the options."""
    from_file = read_yaml(Path(file)) if file else {}
    if not isinstance(from_file, dict):
        raise UsageError(
            Finding(
                "recipe-wrong-kind",
                where=file or "",
                value=str(from_file),
                params={"field": "recipe", "kind": "mapping"},
            )
        )
    return merge({"by": by}, chosen.recipe, from_file, options, where=file or "")
