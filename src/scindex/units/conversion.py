"""What converts into what, by how much, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scindex.units.registry import registry
from scindex.units.spellings import spellings
from scindex.units.text import UnitText, ambiguous, parse, same_share

if TYPE_CHECKING:
    pass

OFFSET = {"degC": "delta_degC", "degF": "delta_degF"}


def factor(source: str, target: str) -> float | None:
    """Return what one `source` is in `target`, or None where they do not convert.

    Parameters
    ----------
    source, target : str
        Units as written, or in pint's syntax.

    Returns
    -------
    float or None
        The value in `source` times this is the value in `target`.

    Notes
    -----
    An observation describes one year, so an amount and the same amount per year are
    one: ``t CO2e per capita`` is ``t CO2e per capita per year``. Temperatures convert
    as differences only.

    Examples
    --------
    >>> factor("per 1 000 inhabitants", "count/person_100k"), factor("0-1", "percent")
    (100.0, 100.0)
    >>> factor("t CO2", "t CO2e") is None
    True
    """
    if source == target:
        return 1.0
    here, there = _understand(source), _understand(target)
    if here is None or there is None:
        return None
    return _factor(here.unit, there.unit)


def convertible(source: str, target: str) -> bool:
    """Return whether `source` converts into `target` without further knowledge."""
    return factor(source, target) is not None


def mixed_up(unit: str) -> list[tuple[Mapping[str, str], float]]:
    """Return the units in which values of `unit` are often given by mistake.

    Parameters
    ----------
    unit : str
        In pint's syntax; empty is read as dimensionless.

    Returns
    -------
    list of (Names, float)
        Name in each language, and the factor that mends the slip.

    Examples
    --------
    >>> [(names["en"], factor) for names, factor in mixed_up("minute")]
    [('seconds', 0.016666666666666666), ('hours', 60.0)]
    """
    unit = unit or "dimensionless"
    others = spellings().mixed_up.get(unit, [])
    return [({"en": o["en"], "ko": o["ko"]}, factor(o["unit"], unit) or 1.0) for o in others]


def reason(source: str, target: str, of: Mapping[str, str] | None = None) -> str:
    """Return the code of the finding that says why `source` is not taken for `target`.

    Parameters
    ----------
    source : str
        The unit as the file has it.
    target : str
        The indicator's unit, in pint's syntax; empty for a scale.
    of : Mapping, optional
        What the indicator's share is a share of, by language.

    Returns
    -------
    str
        Empty where the unit is taken.

    Examples
    --------
    >>> reason("ppb", "ug/m**3"), reason("% of inhabitants", "percent", {"en": "households"})
    ('unit-needs-conditions', 'unit-other-share')
    >>> reason("kWh", "MJ")
    ''
    """
    if code := ambiguous(source):
        return code
    here, there = _understand(source), _understand(target)
    if here is None or there is None:
        return "unit-unknown"
    if _factor(here.unit, there.unit) is not None:
        return "" if same_share(here.of, of or {}) else "unit-other-share"
    return _difference(here.unit, there.unit)


def _difference(source: str, target: str) -> str:
    """Return the code for two units of different dimensions, the most telling one."""
    if not target or not source:
        return "unit-on-scale"
    apart = {str(d) for d in _dimensions(source).keys() ^ _dimensions(target).keys()}
    both = {source.split("/")[0], target.split("/")[0]}
    if sum("currency" in d for d in apart) == 2:
        return "unit-currency"
    if apart - {"[time]"} == {"[mass_co2]", "[mass_co2e]"}:
        return "unit-co2-co2e"
    if "[mass]" in apart and any(d.startswith("[mass_") for d in apart):
        return "unit-gas-unsaid"
    if "[normal_volume]" in apart or (both & {"ppm", "ppb"} and apart == {"[mass]", "[length]"}):
        return "unit-needs-conditions"
    if "[labour]" in apart and apart <= {"[labour]", "[person]", "[count]", "[time]"}:
        return "unit-fte-heads"
    if apart and apart <= {"[person]", "[household]", "[dwelling]", "[customer]", "[live_birth]"}:
        return "unit-other-base"
    return "unit-other-period" if apart == {"[time]"} else "unit-other-dimension"


def _understand(text: str) -> UnitText | None:
    return parse(text) if text else UnitText("", "", "")


@lru_cache(maxsize=4096)
def _factor(source: str, target: str) -> float | None:
    if source == target:
        return 1.0
    if not source or not target:
        # A bare number fits a scale, and so does a unit over itself (t CO2e per t CO2e); no percentage does.
        unit = source or target
        plain = unit == "dimensionless" or ("/" in unit and _factor(unit, "dimensionless") == 1.0)
        return 1.0 if plain else None
    for here, there in ((source, target), *_with_year(source, target)):
        if _dimensions(here) == _dimensions(there):
            return _tidy(_quantity(here).m_as(_quantity(there).units) / _quantity(there).magnitude)
    return None


def _with_year(source: str, target: str) -> list[tuple[str, str]]:
    """Return the pair with the year said where only the other says it."""
    if "year" in target.split("/")[1:] and "year" not in source:
        return [(f"{source}/year", target)]
    if "year" in source.split("/")[1:] and "year" not in target:
        return [(source, f"{target}/year")]
    return []


def _dimensions(unit: str) -> Mapping[str, Any]:
    return dict(_quantity(unit).dimensionality)


@lru_cache(maxsize=1024)
def _quantity(unit: str) -> Any:
    units = registry()
    return units.Quantity(1, "") * units.parse_expression(OFFSET.get(unit, unit))


def _tidy(value: float) -> float:
    """Return the shorter of two floats that differ by rounding alone (3.6, not 3.5999999999999996)."""
    short = float(f"{value:.12g}")
    return short if abs(short - value) <= 1e-15 * abs(value) else value
