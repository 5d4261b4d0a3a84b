"""What every command shares: help in two languages, options, output written whole."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from scindex import messages
from scindex.errors import UsageError
from scindex.findings import Finding

F = TypeVar("F", bound=Callable[..., Any])


def help_text(key: str) -> str:
    """Return the help of a command or option in the language in force."""
    texts = messages.catalogue(messages.language(), "help")
    return texts.get(key) or messages.catalogue("en", "help").get(key) or key


FILLER = "\ue000"
"""Stands for the second column of a wide letter while click counts letters; never printed."""


def _widened(text: str) -> str:
    return "".join(c + FILLER if unicodedata.east_asian_width(c) in "WF" else c for c in text)


class _Formatter(click.HelpFormatter):
    """A help page wrapped and lined up by terminal columns, of which a Hangul letter takes two."""

    def write(self, string: str) -> None:
        super().write(string.replace(FILLER, ""))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, None if prefix is None else _widened(prefix))

    def write_text(self, text: str) -> None:
        super().write_text(_widened(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(_widened(a), _widened(b)) for a, b in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class _Translated:
    """Headings of the help page in the reader's language, and lines that fit."""

    context_class = _Context

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=help_text("heading.usage") + " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]  # type: ignore[attr-defined]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        if records:
            with formatter.section(help_text("heading.options")):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = help_text("heading.help")
        return option


class Command(_Translated, click.Command):
    """A command whose help page is in the reader's language."""


class Group(_Translated, click.Group):
    """A group whose help page is in the reader's language."""

    command_class = Command

    def short_helps(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return name and one line of help for each command."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        return [(name, command.get_short_help_str(80)) for name, command in found if command]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(help_text("heading.commands")):
            formatter.write_dl(self.short_helps(ctx))


def fault_of(err: click.ClickException) -> Finding:
    """Return a wrong call of the command line as a finding, so that it speaks both languages."""
    if isinstance(err, click.NoSuchOption):
        close = err.possibilities or []
        return Finding(
            "unknown-option", params={"option": err.option_name, "close": list(close) or ["--help"]}
        )
    if isinstance(err, click.MissingParameter):
        if isinstance(err.param, click.Option):
            return Finding("missing-option", params={"name": err.param.opts[-1]})
        name = err.param.human_readable_name if err.param else ""
        return Finding(
            "missing-file" if name.startswith("CITY") else "missing-argument", params={"name": name}
        )
    if (
        isinstance(err, click.exceptions.NoSuchCommand)
        and err.ctx
        and isinstance(err.ctx.command, click.Group)
    ):
        from difflib import get_close_matches

        known = err.ctx.command.list_commands(err.ctx)
        close = get_close_matches(err.command_name, known, n=2) or known
        return Finding("unknown-command", params={"command": err.command_name, "close": close})
    if isinstance(err, click.BadParameter) and err.param is not None:
        choices = getattr(err.param.type, "choices", None)
        if choices:
            problem = messages.label("cli.choices", choices=list(choices))
        elif isinstance(err.param.type, click.types.IntParamType):
            problem = messages.label("cli.whole-number")
        else:
            problem = err.message.rstrip(".")
        return Finding("bad-option", params={"option": err.param.opts[-1], "problem": problem})
    if isinstance(err, click.BadOptionUsage):
        takes = "no-value" if "not take" in err.message else "needs-value"
        return Finding(f"option-{takes}", params={"option": err.option_name})
    extra = re.search(r"extra arguments? \((.*)\)", err.message)
    if extra:
        return Finding("extra-argument", params={"words": extra.group(1)})
    return Finding("usage", params={"problem": err.format_message()})


def lang_option(function: F) -> F:
    """Add ``--lang``; `main` has read it already."""
    return click.option(
        "--lang", type=click.Choice(messages.LANGUAGES), expose_value=False, help=help_text("option.lang")
    )(function)


def reading_options(function: F) -> F:
    """Add what reading a city file needs: the same in every command that reads one."""
    for option in (
        click.option("--strict", is_flag=True, help=help_text("option.strict")),
        click.option("--skip-errors", is_flag=True, help=help_text("option.skip-errors")),
        click.option("--ignore", multiple=True, metavar="COLUMN", help=help_text("option.ignore")),
        click.option("--sheet", metavar="NAME", help=help_text("option.sheet")),
    ):
        function = option(function)
    return function


def output_options(function: F) -> F:
    """Add what writing a table needs: the same in every command that makes one of a result."""
    style = click.Choice(["table", "csv", "json"])
    for option in (
        click.option("--quiet", "-q", is_flag=True, help=help_text("option.quiet")),
        click.option("--force", is_flag=True, help=help_text("option.force")),
        click.option("--out", metavar="FILE", help=help_text("option.out-table")),
        click.option("--format", "style", type=style, default="table", help=help_text("option.format")),
    ):
        function = option(function)
    return function


def read_input(path: str, **options: Any) -> Any:
    """Read a city file, or standard input where the path is ``-``."""
    from scindex.tables.cities import read_cities, read_cities_bytes

    if path == "-":
        return read_cities_bytes(sys.stdin.buffer.read(), "stdin", **options)
    return read_cities(Path(path), **options)


def echo(text: str) -> None:
    """Print data to stdout.

    Raises
    ------
    UsageError
        If it cannot be written there; a reader of a pipe who has left is no error.
    """
    try:
        click.echo(text, file=sys.stdout)
    except BrokenPipeError:
        raise
    except OSError as err:
        params = {"path": "stdout", "reason": err.strerror or str(err)}
        raise UsageError(Finding("cannot-write", params=params)) from None


def tell(text: str, *, quiet: bool = False) -> None:
    """Print a message to stderr."""
    if not quiet:
        click.echo(text, file=sys.stderr)
