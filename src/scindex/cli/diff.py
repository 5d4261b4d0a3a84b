"""``scindex diff``: what moved between two results, and by what."""

from __future__ import annotations

import click

from scindex.cli.common import Command, help_text, lang_option, output_options


@click.command(cls=Command, help=help_text("diff"), short_help=help_text("diff.short"))
@click.argument("files", metavar="RESULT [RESULT]", nargs=-1, required=True)
@click.option("--years", nargs=2, type=int, metavar="YEAR YEAR", help=help_text("option.years"))
@click.option(
    "--draws", type=click.IntRange(0, 100_000), default=1000, metavar="N", help=help_text("option.draws")
)
@click.option("--seed", type=click.IntRange(0), default=0, metavar="SEED", help=help_text("option.seed"))
@click.option("--strict", is_flag=True, help=help_text("option.strict"))
@output_options
@lang_option
def diff(
    files: tuple[str, ...],
    years: tuple[int, int] | None,
    draws: int,
    seed: int,
    strict: bool,
    style: str,
    out: str | None,
    force: bool,
    quiet: bool,
) -> int:
    from dataclasses import replace

    from scindex import api
    from scindex.cli.comparing import check_target, deliver, open_pair

    check_target(out, force)
    first, second = open_pair(files, years)
    found = api.diff(first, second, years=years, draws=draws, seed=seed)
    if second is not None:
        found = replace(found, names=(files[0], files[1]))
    deliver(found, style, out, force=force, quiet=quiet)
    return 1 if strict and any(f.severity == "warning" for f in found.findings) else 0
