"""A quantity given for some years: linear between them, as it stands after the last."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ByYear:
    """A quantity by year; without years it is the same in all of them.

    Attributes
    ----------
    years : tuple of int
        Rising; empty for a constant.
    values : tuple of float
        One for each year, a single one for a constant.

    Examples
    --------
    >>> path = ByYear((2030, 2050), (0.2, 0.8))
    >>> [path.at(year) for year in (2025, 2030, 2040, 2060)]
    [0.2, 0.2, 0.5, 0.8]
    """

    years: tuple[int, ...]
    values: tuple[float, ...]

    def at(self, year: int) -> float:
        """Return the value in a year: linear between given years, level before and after them."""
        if not self.years or year <= self.years[0]:
            return self.values[0]
        for k, last in enumerate(self.years):
            if year == last:
                return self.values[k]  # exactly what was given
            if year < last:
                first, low, high = self.years[k - 1], self.values[k - 1], self.values[k]
                return low + (high - low) * (year - first) / (last - first)
        return self.values[-1]

    def after(self, base_year: int, year: int, *, start: float = 0.0) -> float:
        """Return the value in a year of something that stands at `start` in the base year.

        A constant holds from the year after the base year on.

        Parameters
        ----------
        base_year, year : int
        start : float
            Value in the base year and before.

        Returns
        -------
        float

        Examples
        --------
        >>> path = ByYear((2034,), (0.5,))
        >>> [path.after(2024, year) for year in (2024, 2029, 2034, 2050)]
        [0.0, 0.25, 0.5, 0.5]
        """
        if year <= base_year:
            return start
        if not self.years:
            return self.values[0]
        later = [(y, v) for y, v in zip(self.years, self.values) if y > base_year]
        return ByYear((base_year, *(y for y, _ in later)), (start, *(v for _, v in later))).at(year)
