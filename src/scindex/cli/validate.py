"""``scindex validate``: every fault in one run, at its cell."""

from __future__ import annotations

import click

from scindex.cli.common import Command, echo, help_text, lang_option, read_input, reading_options
from scindex.errors import DataError


@click.command(cls=Command, help=help_text("validate"), short_help=help_text("validate.short"))
@click.argument("city_file", metavar="CITY")
@click.option("--framework", "-f", multiple=True, metavar="ID|FILE", help=help_text("option.framework-read"))
@click.option("--city", metavar="NAME", help=help_text("option.city-name"))
@click.option("--year", type=int, help=help_text("option.year-name"))
@reading_options
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    help=help_text("option.format"),
)
@lang_option
def validate(
    city_file: str,
    framework: tuple[str, ...],
    city: str | None,
    year: int | None,
    sheet: str | None,
    ignore: tuple[str, ...],
    skip_errors: bool,
    strict: bool,
    style: str,
) -> int:
    from scindex.cli.choose import frameworks
    from scindex.screens.formats import findings_as

    try:
        options = {"sheet": sheet, "city": city, "year": year, "ignore": ignore, "skip_errors": skip_errors}
        cities = read_input(city_file, frameworks=frameworks(framework), **options)
        findings = cities.findings
    except DataError as err:
        findings = err.findings
    echo(findings_as(findings, style))
    gravest = {f.severity for f in findings}
    return 1 if "error" in gravest or (strict and "warning" in gravest) else 0
