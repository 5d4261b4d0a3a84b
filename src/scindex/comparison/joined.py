"""Cities of several results in one comparison."""

from __future__ import annotations

from collections.abc import Sequence

from scindex.comparison.mixed import same_method
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.scoring import Scores, score
from scindex.tables.cities import Cities


def join(results: Sequence[Scores], names: Sequence[str] = ()) -> Scores:
    """Return the cities of several results, scored together.

    Parameters
    ----------
    results : sequence of Scores
        Of one definition and one recipe.
    names : sequence of str, optional
        Of their files, for messages.

    Returns
    -------
    Scores
        The one result itself where there is only one.

    Raises
    ------
    UsageError
        If they were not scored alike.
    DataError
        If two hold different values of one indicator for the same city and year.
    """
    first = results[0]
    if len(results) == 1:
        return first
    for other in results[1:]:
        if first.framework.id != other.framework.id or not same_method(first, other):
            files = list(names) or [r.framework.id for r in results]
            raise UsageError(Finding("compare-results-differ", params={"files": files}))
    whole = Cities(first.observations, first.findings, tuple(first.provenance.inputs))  # type: ignore[arg-type]
    for other in results[1:]:
        whole = whole.join(Cities(other.observations, (), tuple(other.provenance.inputs)))  # type: ignore[arg-type]
    return score(
        whole.observations,
        first.framework,
        recipe=first.recipe,
        targets=first.targets,
        year=first.year,
        inputs=whole.inputs,
    )
