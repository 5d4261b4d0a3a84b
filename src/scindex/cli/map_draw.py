"""``scindex map draw``: a carbon map as a page or a picture."""

from __future__ import annotations

from pathlib import Path

import click

from scindex.cli.common import Command, help_text, lang_option, tell
from scindex.messages import label, language, line


@click.command(cls=Command, help=help_text("map-draw"), short_help=help_text("map-draw.short"))
@click.argument("path", metavar="DIR|FILE", type=click.Path(path_type=Path))
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path), required=True, help=help_text("option.draw-out")
)
@click.option("--layer", metavar="LAYER", help=help_text("option.draw-layer"))
@click.option("--sector", metavar="SECTOR", help=help_text("option.draw-sector"))
@click.option("--by", type=click.Choice(["cell", "district"]), help=help_text("option.draw-by"))
@click.option("--per", type=click.Choice(["total", "ha", "resident"]), help=help_text("option.draw-per"))
@click.option("--year", type=int, help=help_text("option.draw-year"))
@click.option("--scenario", metavar="NAME", help=help_text("option.draw-scenario"))
@click.option("--force", is_flag=True, help=help_text("option.force"))
@click.option("--quiet", "-q", is_flag=True, help=help_text("option.quiet"))
@lang_option
def draw(path: Path, out: Path, force: bool, quiet: bool, **wanted: object) -> None:
    from scindex.mapping import FILES, open_map, write_map
    from scindex.report.draw import draw_map

    folder = path.parent if path.name == "map.json" else path
    if out.suffix.lower() in FILES:
        refuse_of_data({k: v for k, v in wanted.items() if k in ("layer", "sector", "per") and v})
        chosen = {k: v for k, v in wanted.items() if k in ("by", "year", "scenario") and v}
        findings = write_map(open_map(folder), out, force=force, **chosen)  # type: ignore[arg-type]
    else:
        findings = draw_map(open_map(folder), out, lang=language(), force=force, **wanted)
    for finding in findings:
        tell(line(finding), quiet=quiet)
    tell(label("mapdraw.written", path=str(out)), quiet=quiet)


def refuse_of_data(wanted: dict[str, object]) -> None:
    """Refuse what chooses a picture where data are written: they hold every layer."""
    from scindex.errors import UsageError
    from scindex.findings import Finding

    if wanted:
        params = {"options": [f"--{name}" for name in wanted]}
        raise UsageError(Finding("map-data-whole", params=params))
