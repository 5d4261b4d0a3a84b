"""``scindex template``: a workbook for a city to fill in."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scindex.cli.common import Command, help_text, lang_option, tell
from scindex.messages import label, language


@click.command(cls=Command, help=help_text("template"), short_help=help_text("template.short"))
@click.argument("framework", metavar="FRAMEWORK")
@click.option("--out", metavar="FILE", required=True, help=help_text("option.template-out"))
@click.option("--city", metavar="NAME", default="", help=help_text("option.template-city"))
@click.option("--year", type=int, help=help_text("option.template-year"))
@click.option("--force", is_flag=True, help=help_text("option.force"))
@click.option("--quiet", "-q", is_flag=True, help=help_text("option.template-quiet"))
@lang_option
def template(framework: str, out: str, city: str, year: int | None, force: bool, quiet: bool) -> None:
    from scindex.cli import choose
    from scindex.tables.template import build_template, write_template

    chosen = choose.framework(framework)
    if out == "-":
        sys.stdout.buffer.write(build_template(chosen, lang=language(), city=city, year=year))
        return
    write_template(chosen, Path(out), lang=language(), city=city, year=year, force=force)
    tell(label("cli.written", path=out), quiet=quiet)
    tell(label("template.next", path=out), quiet=quiet)
