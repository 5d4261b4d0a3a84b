"""Packages that only an optional part needs: asked for by name, with the remedy where they are absent."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from scindex.errors import UsageError
from scindex.findings import Finding


def need(extra: str, module: str) -> ModuleType:
    """Import a module that belongs to an optional part.

    Parameters
    ----------
    extra : str
        The part as ``pip install`` names it: ``map`` or ``cluster``.
    module : str
        What to import.

    Returns
    -------
    module

    Raises
    ------
    UsageError
        If it is not installed; the message says how to install it.

    Examples
    --------
    >>> need("map", "math").sqrt(4)
    2.0
    """
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise UsageError(Finding("extra-missing", params={"package": package, "extra": extra})) from None
