"""A target file -> `TargetSet`: U4SSC's word for the values worth 100 % of target."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from scindex.catalogue.assemble import leaves
from scindex.catalogue.entries import STANDINGS, Framework, Names, Target, TargetSet
from scindex.catalogue.fields import Fields
from scindex.errors import CatalogueError, UsageError
from scindex.findings import Finding

HEAD_FIELDS = ("target_set", "framework", "name", "notes", "source", "targets", "none")
TARGET_FIELDS = ("target", "worst", "worst_standing", "standing", "reason", "source")


def build_targets(
    data: Any, path: Path, *, framework: Framework | None, load: Callable[[str], Framework]
) -> TargetSet:
    """Build a target set from a parsed YAML file.

    Parameters
    ----------
    data : object
        What `scindex._resources.read_yaml` returned.
    path : Path
        The file.
    framework : Framework or None
        The framework it is for; None takes the one that the file names.
    load : callable
        Returns a framework by id.

    Returns
    -------
    TargetSet
        One target per leaf; a KPI with several data points stands for all of them.

    Raises
    ------
    CatalogueError
        With every fault of the file, each at its line.
    """
    findings: list[Finding] = []
    head = Fields(data, path.name, findings, entry=path.name)
    head.known(HEAD_FIELDS)
    head.need("target_set", "framework", "name", "targets")
    framework = framework or _named(head, load)
    base = head.source("source", standing="proposed")
    targets: dict[str, Target] = {}
    none: dict[str, Names] = {}
    if framework is not None:
        for slug, entry in head.items("targets"):
            for leaf in _leaves(head, framework, slug, entry.line):
                targets[leaf] = _target(entry, leaf, base)
        reasons = head.inner("none")
        for slug in reasons.data:
            for leaf in _leaves(head, framework, slug, reasons.line_of(slug)):
                none[leaf] = reasons.names(slug)
    for leaf in targets.keys() & none.keys():
        head.fault("target-and-none", field="none", value=leaf)
    if findings:
        raise CatalogueError(*findings)
    return TargetSet(
        id=head.text("target_set"),
        name=head.names("name"),
        framework=head.text("framework"),
        targets=targets,
        none=none,
        path=str(path),
    )


def _named(head: Fields, load: Callable[[str], Framework]) -> Framework | None:
    try:
        return load(head.text("framework"))
    except UsageError as err:
        head.fault(
            "target-unknown-framework",
            field="framework",
            value=head.text("framework"),
            **err.findings[0].params,
        )
    except CatalogueError as err:
        head.findings.extend(err.findings)
    return None


def _leaves(head: Fields, framework: Framework, slug: str, line: int) -> tuple[str, ...]:
    node = slug if ":" in slug else f"{framework.id}:{slug}"
    if node in framework.nodes:
        return leaves(framework.nodes, node)
    where = f"{head.file}:{line}"
    head.findings.append(
        Finding("rule-unknown-indicator", where=where, value=slug, params={"entry": "targets"})
    )
    return ()


def _target(entry: Fields, leaf: str, base: Any) -> Target:
    entry.known(TARGET_FIELDS)
    entry.need("target", "standing")
    target, worst = entry.number("target", 0.0) or 0.0, entry.number("worst")
    if worst == target:
        entry.fault("entry-goalposts-equal", field="worst", value=worst)
    return Target(
        indicator=leaf,
        target=target,
        worst=worst,
        standing=entry.choice("standing", STANDINGS, "proposed"),
        reason=entry.names("reason"),
        source=entry.source("source", base, standing=entry.text("standing", "proposed")),
        worst_standing=entry.choice("worst_standing", STANDINGS),
    )
