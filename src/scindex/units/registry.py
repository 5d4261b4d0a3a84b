"""Pint's registry, with the project's units over its defaults."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from scindex._resources import root

if TYPE_CHECKING:
    import pint


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[float]:
    """Return pint's registry with ``indicators/units.txt`` over its defaults, made once.

    Examples
    --------
    >>> registry()("3 kt").to("t").magnitude
    3000.0
    """
    import pint

    # The defaults are loaded by hand: a finished registry would keep its cached `count`, without a dimension.
    units: pint.UnitRegistry[float] = pint.UnitRegistry(None, on_redefinition="ignore")  # type: ignore[arg-type]
    units.load_definitions(Path(str(pint.__file__)).with_name("default_en.txt"))
    units.load_definitions(root() / "indicators" / "units.txt")
    return units


def knows(word: str) -> bool:
    """Return whether pint knows `word` as a unit whose multiples and products are units too (dB is none).

    Examples
    --------
    >>> knows("furlong"), knows("dB"), knows("kBogus")
    (True, False, False)
    """
    import pint

    try:
        product = registry().Quantity(1, word) * registry().Quantity(1, "meter")
    except (pint.PintError, AttributeError, ValueError):
        return False
    return bool(product.units != registry().meter)
