"""``scindex compare``: a city beside its peers, or all cities beside each other."""

from __future__ import annotations

from typing import Any

import click

from scindex.cli.common import Command, help_text, lang_option, output_options, reading_options

BY = ["tree", "axis", "dimension", "netzero_sector", "sdg"]


@click.command(cls=Command, help=help_text("compare"), short_help=help_text("compare.short"))
@click.argument("files", metavar="CITY|RESULT...", nargs=-1, required=True)
@click.option("--city", metavar="NAME", help=help_text("option.compare-city"))
@click.option("--peers", metavar="GROUP|nearest:K", help=help_text("option.peers"))
@click.option("--with", "other", metavar="NAME", help=help_text("option.with"))
@click.option("--raise", "raised", multiple=True, metavar="NODE[=POINTS]", help=help_text("option.raise"))
@click.option("--framework", "-f", metavar="ID|FILE", help=help_text("option.framework"))
@click.option("--by", type=click.Choice(BY), help=help_text("option.by"))
@click.option("--year", metavar="YEAR|all", help=help_text("option.year"))
@click.option("--window", type=int, metavar="YEARS", help=help_text("option.window"))
@click.option("--tier", type=click.Choice(["all", "core", "advanced"]), help=help_text("option.tier"))
@click.option("--total", is_flag=True, default=None, help=help_text("option.total"))
@click.option("--recipe", metavar="FILE", help=help_text("option.recipe"))
@reading_options
@output_options
@lang_option
def compare(
    files: tuple[str, ...],
    city: str | None,
    peers: str | None,
    other: str | None,
    raised: tuple[str, ...],
    style: str,
    out: str | None,
    force: bool,
    quiet: bool,
    strict: bool,
    **options: Any,
) -> int:
    from scindex import api
    from scindex.cli.comparing import check_target, deliver, levels, refuse_without_city, score_files

    check_target(out, force)
    refuse_without_city(city, {"--peers": peers, "--with": other, "--raise": raised})
    results = score_files(files, city, options)
    found = api.compare(results, city, peers=peers or "all", other=other, lift=levels(raised))
    deliver(found, style, out, force=force, quiet=quiet)
    return 1 if strict and any(f.severity == "warning" for f in found.findings) else 0
