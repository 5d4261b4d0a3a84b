"""``scindex map simulate``: what scenarios would change, year by year and lever by lever."""

from __future__ import annotations

from pathlib import Path

import click

from scindex.cli.common import Command, echo, help_text, lang_option, tell


@click.command(cls=Command, help=help_text("map-simulate"), short_help=help_text("map-simulate.short"))
@click.argument("plan_file", metavar="MAP.yaml")
@click.option(
    "--scenario",
    "-s",
    "wanted",
    multiple=True,
    required=True,
    metavar="ID|FILE",
    help=help_text("option.simulate-scenario"),
)
@click.option("--years", metavar="YEARS", help=help_text("option.simulate-years"))
@click.option("--net-zero", "goal", type=int, metavar="YEAR", help=help_text("option.simulate-netzero"))
@click.option("--district", default="", metavar="CODE", help=help_text("option.simulate-district"))
@click.option("--out", metavar="DIR", help=help_text("option.simulate-out"))
@click.option("--strict", is_flag=True, help=help_text("option.strict"))
@click.option("--force", is_flag=True, help=help_text("option.force"))
@click.option("--quiet", "-q", is_flag=True, help=help_text("option.quiet"))
@lang_option
def simulate(
    plan_file: str,
    wanted: tuple[str, ...],
    years: str | None,
    goal: int | None,
    district: str,
    out: str | None,
    strict: bool,
    force: bool,
    quiet: bool,
) -> int:
    from scindex.messages import label
    from scindex.screens.scenarios import scenarios_screen
    from scindex.simulating import MARK, save, years_of
    from scindex.simulating import simulate as run
    from scindex.tables.folder import check_folder

    asked = years_of(years)
    if out:
        check_folder(Path(out), force=force, mark=MARK)
    done = run(plan_file, wanted, years=asked, goal=goal, district=district)
    if out:
        files = save(done, Path(out), force=force)
        tell(label("scenario.written", path=out, files=files), quiet=quiet)
    if not (out and quiet):
        echo(scenarios_screen(done.plan.name, done.found, done.netzero))
    return 1 if strict and any(f.severity == "warning" for f in done.findings) else 0
