"""What is true of every method: the table from which its tests are derived."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Properties:
    """Facts about one method that a reader chooses by and a test holds it to.

    Attributes
    ----------
    monotone : bool
        A better value of a city never lowers what the method gives that city.
    bounded : bool
        Scores lie in 0 to 100 (for an aggregation: wherever those of the children do).
    independent : bool
        What a city gets does not move when another city joins or changes.
    at_least : int
        Least number of cities with a value for which the method is defined.

    Examples
    --------
    >>> Properties(independent=False, at_least=2).monotone
    True
    """

    monotone: bool = True
    bounded: bool = True
    independent: bool = True
    at_least: int = 1
