"""The length of a scale bar."""

from __future__ import annotations

import math


def nice_length(longest: float) -> float:
    """Return the longest length of 1, 2 or 5 times a power of ten that fits. [m]

    Parameters
    ----------
    longest : float
        [m]

    Examples
    --------
    >>> nice_length(7300), nice_length(199), nice_length(0.5)
    (5000.0, 100.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(longest))
    return max(step * power for step in (1, 2, 5) if step * power <= longest)


def length_text(metres: float) -> str:
    """Return a length with its unit.

    Examples
    --------
    >>> length_text(5000.0), length_text(200.0), length_text(2.5)
    ('5 km', '200 m', '2.5 m')
    """
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
