"""Scenarios of a carbon map from files to files: read, simulated beside each other, kept in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scindex._resources import read_definition
from scindex.catalogue.maps import MapPlan, read_plan
from scindex.catalogue.scenarios import Scenario, combined, read_scenario, scenario_named
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.mapping import built, factors_of, save_map
from scindex.measure.map.cells import CarbonMap
from scindex.measure.map.scenarios.ground import ground_of
from scindex.measure.map.scenarios.maps import scenario_maps
from scindex.measure.map.scenarios.netzero import NetZero, netzero
from scindex.measure.map.scenarios.pathway import Ground, Simulation
from scindex.measure.map.scenarios.pathway import simulate as run
from scindex.messages import text
from scindex.tables.folder import whole_folder, write_frame, write_table
from scindex.tables.map_inputs import MapInputs, read_map_inputs
from scindex.tables.write import dump_json, write_text

if TYPE_CHECKING:
    import pandas as pd

MARK = "scenarios.json"
TABLES = ("totals", "cumulative", "attribution", "memo")


@dataclass(frozen=True)
class Simulated:
    """Scenarios of one map, with what they were made from."""

    plan: MapPlan
    inputs: MapInputs
    ground: Ground
    measured: CarbonMap
    found: tuple[Simulation, ...]
    netzero: tuple[tuple[Scenario, NetZero], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all scenarios and solutions."""
        return (
            *(f for one in self.found for f in one.findings),
            *(f for _, one in self.netzero for f in one.findings),
        )


def scenario_of(words: str) -> Scenario:
    """Return a scenario by id or file; several joined with a plus are one.

    Raises
    ------
    UsageError
        If there is none of that name, or no such file.
    CatalogueError
        With every fault of a file.
    """
    if Path(words).suffix.lower() in (".yaml", ".yml") and "+" not in words:
        return read_scenario(Path(words))
    parts = [p for p in words.split("+") if p]
    read = (
        read_scenario(Path(p)) if Path(p).suffix.lower() in (".yaml", ".yml") else scenario_named(p)
        for p in parts
    )
    return combined(list(read)) if parts else scenario_named(words)


def years_of(words: str | None) -> list[int] | None:
    """Return years written with commas; None where none are given.

    Examples
    --------
    >>> years_of("2030, 2040")
    [2030, 2040]
    """
    if words is None:
        return None
    try:
        return sorted({int(w) for w in words.split(",") if w.strip()}) or None
    except ValueError:
        raise UsageError(Finding("scenario-bad-years", value=words)) from None


def simulate(
    path: str | Path,
    scenarios: Sequence[str],
    *,
    years: Sequence[int] | None = None,
    goal: int | None = None,
    district: str = "",
) -> Simulated:
    """Read a map's files and simulate scenarios on it, beside each other.

    Parameters
    ----------
    path : str or Path
        MAP.yaml.
    scenarios : sequence of str
        Ids or files; several joined with a plus are one.
    years : sequence of int, optional
        Left out, every year to the last one of the scenarios.
    goal : int, optional
        Solve for net zero in this year.
    district : str
        Code of the district that shall be net zero; empty for the city.

    Returns
    -------
    Simulated
        `found` holds totals, cumulative tonnes, attribution and difference of each scenario.

    Raises
    ------
    UsageError
        If a file or scenario is not there.
    CatalogueError, DataError, MethodError
        As `scindex.carbon_map` does; with every fault of a scenario file.

    Examples
    --------
    >>> import scindex as sx
    >>> done = sx.simulate("examples/carbon_map/MAP.yaml", ["more_evs"], years=[2050])
    >>> done.found[0].attribution["lever"].unique().tolist()
    ['electric']
    """
    path = Path(path)
    chosen = [scenario_of(text) for text in scenarios]
    plan = read_plan(path)
    inputs = read_map_inputs(plan)
    measured = built(plan, inputs, name=path.name)
    ground = ground_of(plan, inputs.tables, inputs.districts, factors=factors_of(plan))
    found = tuple(run(ground, one, years=years) for one in chosen)
    solved = tuple(
        (one, netzero(ground, one, year=goal, district=district)) for one in chosen if goal is not None
    )
    return Simulated(plan, inputs, ground, measured, found, solved)


def save(done: Simulated, folder: Path, *, force: bool = False) -> list[str]:
    """Write tables, the difference map and the maps of all years to a folder, whole or not at all.

    Returns
    -------
    list of str
        Names of what was written; ``map`` is a folder that the other commands of maps read.
    """
    pairs = [(one.scenario, one.years[1:]) for one in done.found]
    whole = scenario_maps(
        done.measured, done.ground, done.plan, done.inputs.districts, pairs, factors=factors_of(done.plan)
    )
    with whole_folder(folder, force=force, mark=MARK) as there:
        for name in TABLES:
            write_table(_joined(done.found, name), there / f"{name}.csv")
        write_frame(_joined(done.found, "difference"), there / "difference.parquet")
        if done.netzero:
            write_table(_levers_of(done), there / "netzero.csv")
        save_map(whole, there / "map")
        write_text(dump_json(_head(done)), there / MARK)
        return sorted(p.name for p in there.iterdir())


def _joined(found: Sequence[Simulation], name: str) -> pd.DataFrame:
    """Return a table of all scenarios, the scenario in front."""
    import pandas as pd

    frames = []
    for one in found:
        frame = getattr(one, name)
        rest = frame.drop(columns="scenario", errors="ignore")
        rest.insert(0, "scenario", one.scenario.id)
        frames.append(rest)
    return pd.concat(frames, ignore_index=True)


def _levers_of(done: Simulated) -> pd.DataFrame:
    import pandas as pd

    frames = []
    for scenario, one in done.netzero:
        head: dict[str, Any] = {
            "scenario": scenario.id, "district": one.district, "year": one.year, "reached": one.reached,
            "multiplier": one.multiplier, "net_t": one.net_t, "remaining_nano": one.remaining_nano,
        }  # fmt: skip
        frames.append(one.levers.rename(columns={"scenario": "value"}).assign(**head))
    return pd.concat(frames, ignore_index=True)


def _head(done: Simulated) -> Mapping[str, Any]:
    return {
        "format": "scindex-scenarios/1",
        "result": "attributional",
        "base_year": done.ground.base_year,
        "scenarios": [
            {
                "id": one.scenario.id,
                "name": dict(one.scenario.name),
                "years": list(one.years),
                "levers": {x.id: {"lever": x.kind, "standing": x.standing} for x in one.scenario.levers},
                "sha256": [
                    sha256(read_definition(Path(p))).hexdigest() for p in one.scenario.path.split(", ")
                ],
            }
            for one in done.found
        ],
        "findings": [{**f.to_dict(), "message": text(f)} for f in done.findings],
        "provenance": done.measured.provenance.to_dict(),
    }
