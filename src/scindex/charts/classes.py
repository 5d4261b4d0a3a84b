"""Classes of a map: limits for all its years and scenarios, in colours most people can tell apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scindex.extras import need

PERCENTILES = (10, 30, 50, 70, 90, 98)
"""Upper limits of the classes of a quantity with one sign: amounts in cities are very unequal,
so the ends are finer than the middle."""

TWO_SIDED = (40, 75, 95)
"""Upper limits, as percentiles of the size, of the classes on either side of zero."""

RAMPS = {"emission": "YlOrBr", "removal": "YlGn", "net": "BrBG_r", "difference": "PuOr_r"}
"""Colour maps of ColorBrewer that the colour-blind can read, as matplotlib ships them."""

ZERO = "#ffffff"
"""Colour of a place where something is known to be nothing."""

TINT = 0.3
"""How much of its colour a grey keeps where colours tell the sign."""

NONE = -1
"""Class of zero."""

UNDEFINED = -2
"""Class of what has no value."""


@dataclass(frozen=True)
class Classes:
    """Limits and colours of a legend.

    Attributes
    ----------
    breaks : tuple of float
        Limits between classes, ascending; a class includes its upper limit.
    colours, greys : tuple of str
        One for each class; a grey is as light as its colour, with a tint of it where there are
        two sides. [#rrggbb]
    two_sided : bool
        Whether a class and its opposite on the other side of zero are of one size.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    greys: tuple[str, ...]
    two_sided: bool = False

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return the class of each value: `NONE` for zero, `UNDEFINED` for NaN."""
        index = np.searchsorted(np.array(self.breaks), values, side="left")
        return np.where(np.isnan(values), UNDEFINED, np.where(values == 0, NONE, index))


def classes(values: np.ndarray, ramp: str) -> Classes:
    """Return the classes of a quantity.

    Parameters
    ----------
    values : ndarray
        In all places, years and scenarios that are to be compared; zeros and NaN are left out.
    ramp : str
        A key of `RAMPS`; ``net`` and ``difference`` have classes on both sides of zero,
        as has anything with negative values. A colour is as strong as its opposite where
        the sizes are the same; classes beyond the smallest and largest value are left out.

    Returns
    -------
    Classes
        Limits are rounded to two digits, so that a legend can state them.

    References
    ----------
    .. [1] Brewer, C. A., "Color use guidelines for mapping and visualization", in MacEachren and
       Taylor (eds.), Visualization in Modern Cartography, Elsevier, 1994, pp. 123-147.
    """
    values = values[np.isfinite(values) & (values != 0)]
    if ramp in ("net", "difference") or (len(values) and values.min() < 0):
        return _two_sided(values, ramp if ramp in ("net", "difference") else "net")
    breaks = _limits(values, PERCENTILES)
    return _coloured(breaks, ramp, np.linspace(0.17, 0.97, len(breaks) + 1))


def _limits(values: np.ndarray, percentiles: tuple[int, ...]) -> list[float]:
    if len(values) < 2:
        return []
    found = need("map", "mapclassify").Percentiles(values, pct=[*percentiles, 100]).bins[:-1]
    top = values.max()
    return sorted({b for b in (float(f"{b:.2g}") for b in found) if 0 < b < top})


def _two_sided(values: np.ndarray, ramp: str) -> Classes:
    sizes = _limits(np.abs(values), TWO_SIDED)
    below, above = bool((values < 0).any()), bool((values > 0).any())
    steps = np.linspace(0.1, 0.44, len(sizes) + 1)
    breaks = [-b for b in reversed(sizes)] * below + [0.0] * (below and above) + sizes * above
    places = [*(0.5 - steps[::-1])] * below + [*(0.5 + steps)] * above
    first = sum(b < values.min() for b in breaks) if below else 0
    last = len(breaks) - (sum(b >= values.max() for b in breaks) if above else 0)
    return _coloured(breaks[first:last], ramp, np.array((places or [0.9])[first : last + 1]), two_sided=True)


def _coloured(breaks: list[float], ramp: str, places: np.ndarray, *, two_sided: bool = False) -> Classes:
    colours = need("map", "matplotlib").colormaps[RAMPS[ramp]](places)[:, :3]
    # two greys of opposite sides would be one: they keep some of their colour
    keep = TINT if two_sided else 0.0
    greys = tuple(_hex(keep * c + (1 - keep) * _grey(c)) for c in colours)
    return Classes(tuple(breaks), tuple(_hex(c) for c in colours), greys, two_sided)


def _grey(colour: np.ndarray) -> np.ndarray:
    """Return the grey of the same relative luminance (WCAG 2)."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    encoded = 12.92 * luminance if luminance <= 0.0031308 else 1.055 * luminance ** (1 / 2.4) - 0.055
    return np.full(3, encoded)


def _hex(colour: np.ndarray) -> str:
    return "#" + "".join(f"{round(float(c) * 255):02x}" for c in np.clip(colour, 0, 1))
