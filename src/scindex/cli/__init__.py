"""The command line: thin shells over the public functions. Nothing heavy is imported here."""

from __future__ import annotations

import io
import os
import sys

from scindex import messages


def main() -> None:
    """Run the program and exit with its code: 0 done, 1 data or method, 2 usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    messages.use(_language_asked(sys.argv[1:]))
    from scindex.cli.root import run

    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:
        # the reader of a pipe has left: nothing more to say, and nothing to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _language_asked(arguments: list[str]) -> str | None:
    """Return the ``--lang`` of the command line before click reads it: help depends on it."""
    for here, following in zip(arguments, [*arguments[1:], ""]):
        value = (
            following if here == "--lang" else here.partition("=")[2] if here.startswith("--lang=") else ""
        )
        if value in messages.LANGUAGES:
            return value
    return None
