"""``scindex catalogue``: look up indicators, goalposts, units and their sources."""

from __future__ import annotations

from pathlib import Path

import click

from scindex.cli.common import Command, Group, echo, help_text, lang_option, tell
from scindex.findings import Finding
from scindex.messages import label


class Catalogue(Group):
    """The group, its commands shown with their short help."""

    def short_helps(self, ctx: click.Context) -> list[tuple[str, str]]:
        return [(name, help_text(f"catalogue.{name}.short")) for name in self.list_commands(ctx)]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def format_option(*styles: str):
    """Add ``--format`` with these choices, the first being the default."""
    choice = click.Choice(styles)
    return click.option("--format", "style", type=choice, default=styles[0], help=help_text("option.format"))


@click.group(cls=Catalogue, help=help_text("catalogue"), short_help=help_text("catalogue.short"))
@lang_option
def catalogue() -> None:
    """Hold the commands below."""


@catalogue.command("list", cls=Command, help=help_text("catalogue.list"))
@click.argument("framework", required=False)
@format_option("table", "json", "csv")
@lang_option
def list_(framework: str | None, style: str) -> None:
    from scindex.cli.choose import framework as choose
    from scindex.screens import catalogue as screen
    from scindex.screens import factor

    if framework and factor.names(framework):
        echo(factor.listing(framework) if style == "table" else screen.rows_as(factor.rows(framework), style))
        return
    chosen = choose(framework) if framework else None
    if style == "table":
        echo(screen.listing(chosen) if chosen else f"{screen.overview()}\n{label('factors.overview')}")
    else:
        rows = screen.rows(chosen.indicators.values(), chosen) if chosen else screen.overview_rows()
        echo(screen.rows_as(rows, style))


@catalogue.command(cls=Command, help=help_text("catalogue.show"))
@click.argument("words", nargs=-1, required=True, metavar="[FRAMEWORK] ENTRY")
@format_option("table", "json")
@lang_option
def show(words: tuple[str, ...], style: str) -> None:
    from scindex.catalogue.load import framework_ids
    from scindex.catalogue.search import shipped
    from scindex.cli.choose import framework as choose
    from scindex.screens import catalogue as screen
    from scindex.screens import factor

    if len(words) == 1 and factor.names(words[0]):
        echo(factor.show(words[0]) if style == "table" else screen.dump(factor.data(words[0])))
        return
    named = words[0] in framework_ids() or words[0].endswith((".yaml", ".yml"))
    first = [choose(words[0])] if named else []
    text = " ".join(words[1:] if named else words)
    echo(screen.show(text, first or shipped(), [*first, *shipped()], style))


@catalogue.command(cls=Command, help=help_text("catalogue.search"))
@click.argument("words", nargs=-1, required=True)
@format_option("table", "json", "csv")
@lang_option
def search(words: tuple[str, ...], style: str) -> None:
    from scindex.catalogue.factor_search import search_factors
    from scindex.catalogue.search import search as find
    from scindex.screens import catalogue as screen
    from scindex.screens import factor

    text = " ".join(words)
    found, factors = find(text), search_factors(text)
    if style == "table":
        said = [part for part in (screen.hits(found), factor.hits(factors)) if part]
        echo("\n\n".join(said) or screen.nothing(text))
    else:
        echo(screen.rows_as([*screen.rows(found), *factor.factor_rows(factors)], style))


@catalogue.command(cls=Command, help=help_text("catalogue.check"))
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--strict", is_flag=True, help=help_text("option.strict"))
@format_option("table", "json", "csv")
@lang_option
def check(files: tuple[str, ...], strict: bool, style: str) -> int:
    from scindex.catalogue.check import check as check_all
    from scindex.catalogue.check import sorted_by_severity
    from scindex.screens.formats import findings_as

    findings = sorted_by_severity(f for file in files for f in _checked(file)) if files else check_all()
    echo(findings_as(findings, style))
    gravest = {f.severity for f in findings}
    return 1 if "error" in gravest or (strict and "warning" in gravest) else 0


def _checked(file: str) -> list[Finding]:
    """Return the findings of one file, whichever kind of definition it holds."""
    from scindex.catalogue.check import check
    from scindex.catalogue.factor_check import check_file
    from scindex.cli.choose import framework

    found = check_file(file) if file.endswith((".yaml", ".yml")) else None
    return check([framework(file)]) if found is None else found


@catalogue.command("import", cls=Command, help=help_text("catalogue.import"))
@click.argument("table", metavar="IMETA")
@click.option("--id", "framework_id", metavar="ID", required=True, help=help_text("option.import-id"))
@click.option("--data", metavar="IDATA", help=help_text("option.import-data"))
@click.option("--out", metavar="FILE", required=True, help=help_text("option.import-out"))
@click.option("--force", is_flag=True, help=help_text("option.force"))
@click.option("--quiet", "-q", is_flag=True, help=help_text("option.template-quiet"))
@lang_option
def import_(table: str, framework_id: str, data: str | None, out: str, force: bool, quiet: bool) -> None:
    from scindex.screens.findings import listing
    from scindex.tables.imported import import_framework
    from scindex.tables.write import write_text

    text, findings = import_framework(table, framework_id, data)
    if out == "-":
        echo(text.rstrip("\n"))
    else:
        write_text(text, Path(out), force=force)
        tell(label("cli.written", path=out), quiet=quiet)
    tell(listing(findings), quiet=quiet)


@catalogue.command(cls=Command, help=help_text("catalogue.units"))
@click.argument("text", nargs=-1)
@lang_option
def units(text: tuple[str, ...]) -> None:
    from scindex.catalogue.search import shipped
    from scindex.screens import catalogue as screen

    echo(screen.unit(" ".join(text), shipped()) if text else screen.units_in_use(shipped()))
