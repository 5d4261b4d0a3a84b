"""How far a run is: parts done, rate, remaining time. Counted here, shown by the command line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    done, of : int
        Parts.
    taken : int
        Of those done, parts that an earlier run had finished.
    rows, rows_of : int
        Rows of the parts done now, and of all that were to be done now; 0 where not known.
    seconds : float
        Since the run began. [s]
    """

    done: int
    of: int
    taken: int = 0
    rows: int = 0
    rows_of: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float | None:
        """Rows a second, or parts where rows are not known; None before the first is done. [1/s]

        Examples
        --------
        >>> Progress(done=3, of=5, taken=1, seconds=4.0).rate
        0.5
        """
        amount = self.rows if self.rows_of else self.done - self.taken
        return amount / self.seconds if amount and self.seconds > 0 else None

    @property
    def remaining(self) -> float | None:
        """Seconds that the rest takes at this rate; None before the first is done. [s]

        Examples
        --------
        >>> Progress(done=3, of=5, taken=1, seconds=4.0).remaining
        4.0
        """
        if self.rate is None:
            return None
        left = self.rows_of - self.rows if self.rows_of else self.of - self.done
        return left / self.rate
