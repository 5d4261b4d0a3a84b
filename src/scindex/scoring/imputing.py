"""How far off imputed values are: known ones deleted, filled in again and compared."""

from __future__ import annotations

import numpy as np

from scindex.index.deletion import Deletion, deletion_test
from scindex.index.impute import IMPUTERS
from scindex.scoring.sheet import Sheet
from scindex.scoring.steps import Stepped, imputes_values, normalise_only

FOLDS = 5
"""Parts in which known values are deleted: a fifth at a time."""


def check_imputation(sheet: Sheet, stepped: Stepped, seed: int = 0) -> Deletion | None:
    """Delete known values and fill them in as the recipe does.

    Parameters
    ----------
    sheet : Sheet
    stepped : Stepped
        The steps without draws.
    seed : int
        Decides which values are deleted together.

    Returns
    -------
    Deletion or None
        None where nothing was imputed, or from other years: those are no guess from other
        cities or indicators.
    """
    if not stepped.imputed.any() or IMPUTERS[sheet.impute.name].needs_panel:
        return None
    known = np.where(stepped.imputed | ~sheet.base, np.nan, stepped.unfilled)
    return deletion_test(
        known,
        sheet.impute.name,
        sheet.context,
        options=sheet.impute.options,
        score=(lambda x: normalise_only(sheet, x)) if imputes_values(sheet) else None,
        folds=FOLDS,
        seed=seed,
    )
