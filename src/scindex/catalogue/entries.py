"""The catalogue's own words: indicator, node, goalposts, framework, target set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Names = Mapping[str, str]
"""Text by language: ``{"en": ..., "ko": ...}``."""

Standing = Literal["published", "adapted", "recalled", "natural", "proposed"]
STANDINGS: tuple[str, ...] = ("published", "natural", "adapted", "recalled", "proposed")
"""Who stands behind a number, strongest first; a node takes the weakest below it."""

KINDS = ("amount", "rate", "share", "ratio", "duration", "index", "scale", "yes_no")
"""What a value is: an amount can be zero by *not occurring*, a rate or share cannot."""

DIRECTIONS = ("higher", "lower", "target", "context")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read.

    Attributes
    ----------
    publisher, title, page, url, note : str
    year : int or None
    standing : str
        One of `STANDINGS`.
    """

    publisher: str = ""
    title: str = ""
    year: int | None = None
    page: str = ""
    url: str = ""
    standing: str = "published"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Goalposts:
    """The values worth 0 and 100, in the indicator's unit, and who stands behind them."""

    worst: float
    best: float
    standing: str
    reason: Names = field(default_factory=dict[str, str])
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured: one leaf of a framework. Values of it are observations.

    Attributes
    ----------
    id : str
        ``framework:slug``; for a data point ``framework:kpi.point``.
    code : str
        The publisher's own code, verbatim. Codes are misprinted in the sources, so
        they are aliases and never keys.
    codes : tuple of str
        Other codes met in print.
    name, unit_label, of, numerator, denominator : Names
        Text in English and Korean; `of` is what a share is a share of.
    kind : str
        One of `KINDS`.
    unit : str
        Canonical unit in pint's syntax; empty for scales and yes/no.
    direction : str
        Which end is better, one of `DIRECTIONS`; ``context`` is never scored.
    possible, plausible : (low, high)
        Outside the first is an error, outside the second a warning; None is open.
    averaging : str
        Averaging time of a concentration (``annual``), where it matters.
    transform : str
        ``none`` or ``ln``: applied to value and goalposts alike.
    conflicts : tuple of dict
        Sources that contradict each other on a field; both are kept and shown.
    draft : tuple of str
        Fields not yet checked against a source.
    line : int
        Line of the entry in its YAML file.
    """

    id: str
    name: Names
    code: str = ""
    codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    kind: str = "amount"
    unit: str = ""
    unit_label: Names = field(default_factory=dict[str, str])
    of: Names = field(default_factory=dict[str, str])
    direction: str = "higher"
    possible: tuple[float | None, float | None] = (None, None)
    plausible: tuple[float | None, float | None] = (None, None)
    numerator: Names = field(default_factory=dict[str, str])
    denominator: Names = field(default_factory=dict[str, str])
    averaging: str = ""
    transform: str = "none"
    goalposts: Goalposts | None = None
    no_goalposts: Names = field(default_factory=dict[str, str])
    axis: str = ""
    dimension: str = ""
    sector: str = ""
    sdg: tuple[str, ...] = ()
    tier: str = ""
    type: str = ""
    source: Source = field(default_factory=Source)
    notes: Names = field(default_factory=dict[str, str])
    conflicts: tuple[Mapping[str, Any], ...] = ()
    draft: tuple[str, ...] = ()
    line: int = 0

    @property
    def framework(self) -> str:
        """Id of the framework that defines the indicator."""
        return self.id.partition(":")[0]

    @property
    def slug(self) -> str:
        """Id without its framework."""
        return self.id.partition(":")[2]

    @property
    def scorable(self) -> bool:
        """Whether defensible goalposts exist."""
        return self.goalposts is not None


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a framework's tree; its children are nodes or leaf indicators.

    `id` is the path in the framework (``economy.ict``) or, for a leaf, the indicator's id.
    """

    id: str
    name: Names
    level: str
    parent: str = ""
    children: tuple[str, ...] = ()
    weight: float = 1.0
    code: str = ""
    tier: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A cross-rule between indicators of one city and year.

    ``at_most``: the first indicator never exceeds the second. ``sum_near``: the
    indicators add up to `total` within `tolerance`.
    """

    kind: Literal["at_most", "sum_near"]
    indicators: tuple[str, ...]
    total: float = 0.0
    tolerance: float = 0.0
    severity: Literal["error", "warning"] = "error"
    reason: Names = field(default_factory=dict[str, str])
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class Framework:
    """Indicators, weights and a tree, as read from one YAML file.

    Attributes
    ----------
    nodes : dict of str to Node
        Every node and leaf by id, parents before children; the root is ``""``.
    indicators : dict of str to Indicator
        The leaves by indicator id, in tree order; those a framework takes over from
        another (``use: u4ssc:...``) keep the other's id.
    levels : tuple of str
        Names of the levels from the top, leaf level last.
    aliases : dict of str to str
        Codes and names under which this framework knows an indicator it takes over.
    """

    id: str
    name: Names
    edition: str
    levels: tuple[str, ...]
    level_names: Mapping[str, Names]
    nodes: Mapping[str, Node]
    indicators: Mapping[str, Indicator]
    rules: tuple[Rule, ...] = ()
    recipe: Mapping[str, Any] = field(default_factory=dict[str, Any])
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    source: Source = field(default_factory=Source)
    notes: Names = field(default_factory=dict[str, str])
    path: str = ""
    sha256: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """U4SSC's word for the best goalpost: the value worth 100 % of target."""

    indicator: str
    target: float
    worst: float | None
    standing: str
    reason: Names = field(default_factory=dict[str, str])
    source: Source = field(default_factory=Source)
    worst_standing: str = ""


@dataclass(frozen=True, slots=True)
class TargetSet:
    """A set of targets for one framework (``indicators/targets/*.yaml`` or a user's file)."""

    id: str
    name: Names
    framework: str
    targets: Mapping[str, Target]
    none: Mapping[str, Names] = field(default_factory=dict[str, Names])
    path: str = ""
    sha256: str = ""
    text: str = field(default="", repr=False)
