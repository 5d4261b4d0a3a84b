"""The catalogue's own words: indicator, node, goalposts, framework, target set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Names = Mapping[str, str]
"""Text by language: ``{"en": ..., "ko": ...}``."""

Standing = Literal["published", "adapted", "recalled", "natural", "proposed"]
STANDINGS: tuple[str, ...] = ("published", "natural", "adapted", "recalled", "proposed")
"""Who stands behind a number, strongest first; a node takes the weakest below it."""

KINDS = ("amount", "rate", "share", "ratio", "duration", "index", "scale", "yes_no", "category")
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
class Denominate:
    """What a value is divided by before anything else is done with it.

    The value scored is ``value / value of `by` * scale``.

    Attributes
    ----------
    by : str
        Id of another entry of the framework, of its indicators or of its context.
    scale : float
        Above 0: 1000 makes a value per 1000 people of one divided by a population.
    unit_label : Names
        Unit of the quotient as printed; empty where the framework gives none.
    """

    by: str
    scale: float = 1.0
    unit_label: Names = field(default_factory=dict[str, str])


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
        Outside the first is an error, outside the second a warning; None is open. They
        hold for the value in the file, before it is divided.
    averaging : str
        Averaging time of a concentration (``annual``), where it matters.
    transform : str
        ``none`` or ``ln``: applied to value and goalposts alike.
    denominate : Denominate or None
        What the value is divided by; `goalposts` and `target` are of the quotient.
    counted_in : Denominate or None
        What events were counted in: persons asked, for a share; inhabitants, for a rate.
        The value then errs as a count does.
    target : float or None
        The value aimed at, for methods that measure the distance to it.
    capped : bool
        Whether scores of this indicator may be cut off at 0 and 100 as the recipe says.
    categories : tuple of str
        Classes of a `category`, in order; an observation holds the place, from 1.
    category_scores : tuple of float or None
        Score of each class; None has none.
    category_names : tuple of Names
        What else a file may call each class, by language; empty where nothing is given.
    normalise, treat : str
        Method of this indicator as a recipe writes it; empty follows the recipe.
    actionable : bool
        Whether a city can change the value: advice leaves out what it cannot.
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
    denominate: Denominate | None = None
    counted_in: Denominate | None = None
    target: float | None = None
    capped: bool = True
    categories: tuple[str, ...] = ()
    category_scores: tuple[float | None, ...] = ()
    category_names: tuple[Names, ...] = ()
    normalise: str = ""
    treat: str = ""
    actionable: bool = True
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

    Attributes
    ----------
    id : str
        Path in the framework (``economy.ict``) or, for a leaf, the indicator's id.
    weight : float
        Weight among its siblings, 0 or more.
    weight_range : (low, high) or None
        Share of its parent that its weight may take where weights vary. [0 to 1]
    nature : str
        ``formative``: its children make it up; ``reflective``: they are effects of it,
        and should vary together.
    aggregate : str
        Method over its children as a recipe writes it; empty follows the recipe.
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
    weight_range: tuple[float, float] | None = None
    nature: str = "formative"
    aggregate: str = ""


class Judgement(NamedTuple):
    """One comparison of the analytic hierarchy process: `of` matters `ratio` times as much as `over`."""

    of: str
    over: str
    ratio: float


@dataclass(frozen=True, slots=True)
class WeightSet:
    """Weights under a name, to be chosen in a recipe: ``weight: set(name=...)``.

    Attributes
    ----------
    method : {"plain", "budget", "ahp"}
        Weights as they stand; points that experts shared out; judgements in pairs.
    weights : Mapping of str to float
        Weight by node id; nodes not named keep their own.
    allocations : Mapping of str to Mapping of str to float
        Points by node id, for each expert; who gave points to a node and none to its
        sibling gave it 0.
    judgements : tuple of Judgement
        Between siblings only, each pair at most once.
    line : int
    """

    name: str
    method: Literal["plain", "budget", "ahp"]
    weights: Mapping[str, float] = field(default_factory=dict[str, float])
    allocations: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    judgements: tuple[Judgement, ...] = ()
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
    context : dict of str to Indicator
        What a file may hold beside the indicators: denominators, groups, attributes of
        a city. No part of the tree, never scored.
    weight_sets : dict of str to WeightSet
        Weights a recipe may choose instead of the nodes' own.
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
    context: Mapping[str, Indicator] = field(default_factory=dict[str, Indicator])
    weight_sets: Mapping[str, WeightSet] = field(default_factory=dict[str, WeightSet])

    @property
    def entries(self) -> Mapping[str, Indicator]:
        """Indicators, then context: all that a city file may hold."""
        return {**self.indicators, **self.context} if self.context else self.indicators


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
