"""Everything that scindex raises on purpose: a small tree, each carrying findings."""

from __future__ import annotations

from scindex.findings import Finding


class ScindexError(Exception):
    """Base of everything raised on purpose; carries one or more findings.

    ::

        ScindexError
        ├── UsageError         unknown option, name or file              exit 2
        ├── CatalogueError     an entry under indicators/ is wrong       exit 1
        ├── DataError          the user's table breaks its schema        exit 1
        └── MethodError        sound data, but the method is undefined   exit 1

    Examples
    --------
    >>> try:
    ...     raise DataError(Finding("empty-file", where="city.csv"))
    ... except ScindexError as err:
    ...     print(err.exit_code, [f.where for f in err.findings])
    1 ['city.csv']
    """

    exit_code = 1

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__(*(f.code for f in findings))

    def __reduce__(self) -> tuple[type[ScindexError], tuple[Finding, ...]]:
        return type(self), self.findings  # so that an error comes back from a worker whole

    def __str__(self) -> str:
        from scindex import messages

        return "\n".join(messages.line(f) for f in self.findings)


class UsageError(ScindexError):
    """An unknown option, name or file, or an output that exists."""

    exit_code = 2


class CatalogueError(ScindexError):
    """An entry under ``indicators/`` (or in a user's framework file) is wrong."""


class DataError(ScindexError):
    """The user's table breaks its schema."""


class MethodError(ScindexError):
    """Sound data for which the chosen method is undefined."""
