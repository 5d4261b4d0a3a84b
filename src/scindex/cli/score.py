"""``scindex score``: from a city file to scores with their ranges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scindex.cli.common import Command, echo, help_text, lang_option, reading_options, tell
from scindex.messages import label

BY = ["tree", "axis", "dimension", "netzero_sector", "sdg"]


@click.command(cls=Command, help=help_text("score"), short_help=help_text("score.short"))
@click.argument("city_file", metavar="CITY")
@click.option("--framework", "-f", multiple=True, metavar="ID|FILE", help=help_text("option.framework"))
@click.option("--by", type=click.Choice(BY), help=help_text("option.by"))
@click.option("--city", metavar="NAME", help=help_text("option.city"))
@click.option("--year", metavar="YEAR|all", help=help_text("option.year"))
@click.option("--window", type=int, metavar="YEARS", help=help_text("option.window"))
@click.option("--tier", type=click.Choice(["all", "core", "advanced"]), help=help_text("option.tier"))
@click.option("--total", is_flag=True, default=None, help=help_text("option.total"))
@click.option("--targets", metavar="published|proposed|FILE", help=help_text("option.targets"))
@click.option("--recipe", metavar="FILE", help=help_text("option.recipe"))
@click.option(
    "--robust",
    type=click.IntRange(0),
    is_flag=False,
    flag_value=1000,
    default=None,
    metavar="[DRAWS]",
    help=help_text("option.robust"),
)
@click.option("--tradeoffs", is_flag=True, help=help_text("option.tradeoffs"))
@click.option("--sensitivity", is_flag=True, help=help_text("option.sensitivity"))
@click.option("--leave-out", is_flag=True, help=help_text("option.leave-out"))
@click.option("--coherence", is_flag=True, help=help_text("option.coherence"))
@click.option("--save-draws", metavar="FILE", help=help_text("option.save-draws"))
@reading_options
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    help=help_text("option.format"),
)
@click.option("--out", metavar="FILE", help=help_text("option.out"))
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "utf-8-sig", "cp949"]),
    default="utf-8",
    help=help_text("option.encoding"),
)
@click.option("--force", is_flag=True, help=help_text("option.force"))
@click.option("--quiet", "-q", is_flag=True, help=help_text("option.quiet"))
@lang_option
def score(
    city_file: str,
    style: str,
    out: str | None,
    encoding: str,
    force: bool,
    quiet: bool,
    strict: bool,
    **options: Any,
) -> int:
    from scindex.cli.analysing import analyse, check_request, printed, save_draws
    from scindex.cli.scoring import check_output, score_file, show

    check_output(out, options["framework"], force)
    check_request(city_file, options, style=style, out=out, force=force, quiet=quiet)
    results = score_file(city_file, options)
    if out and out != "-":
        results[0].save(Path(out), force=force, encoding=encoding)
        tell(label("cli.written", path=out), quiet=quiet)
    if options["save_draws"]:
        save_draws(results[0], options["save_draws"], encoding=encoding, force=force, quiet=quiet)
    made = [analyse(result, options) for result in results]
    if out == "-" or not (out and quiet):
        shown = "csv" if out == "-" and style == "table" else style
        pages = [printed(show(r, shown, options, city_file), m, shown) for r, m in zip(results, made)]
        echo("\n\n".join(pages))
    told = [f for r, m in zip(results, made) for part in (r, *m) for f in part.findings]
    return 1 if strict and any(f.severity == "warning" for f in told) else 0
