"""Frameworks and target sets by id, or from a user's file."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from scindex._resources import parse_yaml, read_definition, root
from scindex.catalogue.assemble import assemble
from scindex.catalogue.entries import Framework, TargetSet
from scindex.catalogue.targets import build_targets
from scindex.errors import UsageError
from scindex.findings import Finding


def framework_ids() -> list[str]:
    """Return the ids of the frameworks that come with scindex.

    Examples
    --------
    >>> {"oecd", "u4ssc"} <= set(framework_ids())
    True
    """
    return _ids("frameworks")


def target_set_ids() -> list[str]:
    """Return the ids of the target sets that come with scindex.

    Examples
    --------
    >>> "u4ssc_published" in target_set_ids()
    True
    """
    return _ids("targets")


def load_framework(framework_id: str) -> Framework:
    """Return a framework that comes with scindex, by id.

    Parameters
    ----------
    framework_id : str
        One of `framework_ids`; never a path.

    Returns
    -------
    Framework
        The same object each time.

    Raises
    ------
    UsageError
        If no framework has this id.
    CatalogueError
        If its file is wrong, with every fault at its line.

    Examples
    --------
    >>> len(load_framework("u4ssc").indicators)
    112
    """
    return _load(framework_id)


def read_framework(path: str | Path) -> Framework:
    """Read a framework from a user's YAML file.

    Raises
    ------
    UsageError
        If there is no such file.
    CatalogueError
        If it is wrong, with every fault at its line.
    """
    return replace(parse_framework(read_definition(Path(path)), Path(path).name), path=str(path))


def parse_framework(data: bytes, name: str) -> Framework:
    """Build a framework from the bytes of a YAML file, as a saved result carries them.

    Raises
    ------
    CatalogueError
        If it is wrong, with every fault at its line.
    """
    framework = assemble(parse_yaml(data, name), name, load_framework)
    digest = hashlib.sha256(data).hexdigest()
    return replace(framework, path=name, sha256=digest, text=data.decode("utf-8-sig"))


def parse_targets(data: bytes, name: str, framework: Framework | None) -> TargetSet:
    """Build a target set from the bytes of a YAML file, as a saved result carries them."""
    targets = build_targets(parse_yaml(data, name), Path(name), framework=framework, load=load_framework)
    return replace(targets, sha256=hashlib.sha256(data).hexdigest(), text=data.decode("utf-8-sig"))


def load_targets(target_set_id: str) -> TargetSet:
    """Return a target set that comes with scindex, by id.

    Raises
    ------
    UsageError
        If no target set has this id.
    CatalogueError
        If its file is wrong, with every fault at its line.

    Examples
    --------
    >>> [t.target for t in load_targets("u4ssc_published").targets.values()]
    [60.0]
    """
    if target_set_id not in target_set_ids():
        raise UsageError(_unknown("unknown-target-set", target_set_id, target_set_ids()))
    return read_targets(root() / "indicators" / "targets" / f"{target_set_id}.yaml")


def read_targets(path: str | Path, framework: Framework | None = None) -> TargetSet:
    """Read a target set from a user's YAML file.

    Parameters
    ----------
    path : Path
        The file.
    framework : Framework, optional
        The framework it is for; without it, the one that the file names.

    Raises
    ------
    UsageError
        If there is no such file.
    CatalogueError
        If it is wrong, with every fault at its line.
    """
    return replace(parse_targets(read_definition(Path(path)), Path(path).name, framework), path=str(path))


def _ids(folder: str) -> list[str]:
    return sorted(path.stem for path in (root() / "indicators" / folder).glob("*.yaml"))


def _unknown(code: str, wanted: str, ids: list[str]) -> Finding:
    return Finding(
        code, params={"wanted": wanted, "close": get_close_matches(wanted, ids, n=3, cutoff=0.4) or ids}
    )


@lru_cache
def _load(framework_id: str) -> Framework:
    if framework_id not in framework_ids() or framework_id in _reading:
        raise UsageError(_unknown("unknown-framework", framework_id, framework_ids()))
    _reading.append(framework_id)
    try:
        return read_framework(root() / "indicators" / "frameworks" / f"{framework_id}.yaml")
    finally:
        _reading.pop()


_reading: list[str] = []
"""Ids being read now: a circle of ``use:`` ends here instead of recursing."""
