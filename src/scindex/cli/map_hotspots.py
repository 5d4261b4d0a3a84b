"""``scindex map hotspots``: where tonnes cluster, on whom they fall, what each district's balance is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from scindex.cli.common import Command, echo, help_text, lang_option, output_options, tell


@click.command(cls=Command, help=help_text("map-hotspots"), short_help=help_text("map-hotspots.short"))
@click.argument("path", metavar="DIR|FILE", type=click.Path(path_type=Path))
@click.option("--layer", metavar="LAYER", help=help_text("option.hotspots-layer"))
@click.option("--sector", metavar="SECTOR", help=help_text("option.hotspots-sector"))
@click.option("--sizes", metavar="M,M", help=help_text("option.hotspots-sizes"))
@click.option(
    "--by", type=click.Choice(["residents", "floor_area", "area"]), help=help_text("option.hotspots-by")
)
@click.option("--year", type=int, help=help_text("option.hotspots-year"))
@click.option("--scenario", metavar="NAME", default="", help=help_text("option.hotspots-scenario"))
@click.option("--reach", type=float, metavar="CELLS", help=help_text("option.hotspots-reach"))
@click.option("--rate", type=click.FloatRange(0, 1, min_open=True), help=help_text("option.hotspots-rate"))
@click.option("--permutations", type=click.IntRange(99), metavar="N", help=help_text("option.hotspots-draws"))
@click.option("--seed", type=int, default=0, help=help_text("option.seed"))
@click.option("--strict", is_flag=True, help=help_text("option.strict"))
@output_options
@lang_option
def hotspots(
    path: Path,
    layer: str | None,
    sector: str | None,
    sizes: str | None,
    style: str,
    out: str | None,
    force: bool,
    quiet: bool,
    strict: bool,
    **options: Any,
) -> int:
    from scindex.mapping import check_shown, open_map
    from scindex.measure.map.reading import read_map

    chosen = {k: v for k, v in options.items() if v is not None}
    folder = path.parent if path.name == "map.json" else path
    made = open_map(folder)
    check_shown(made, chosen.get("year"), chosen.get("scenario", ""))
    found = read_map(made, of=layer or sector or "gross", sizes=_sizes(sizes), **chosen)
    _deliver(found, style, out, force=force, quiet=quiet)
    return 1 if strict and any(f.severity == "warning" for f in found.findings) else 0


def _sizes(text: str | None) -> list[float]:
    """Read cell sizes as people write them: ``100,500``, ``100 m, 1 km``."""
    from scindex.measure.map.grid import Grid

    return [Grid.parse(part).size for part in text.split(",")] if text else []


def _deliver(found: Any, style: str, out: str | None, *, force: bool, quiet: bool) -> None:
    """Write cells (CSV) or all of it (JSON) to a file, and print what was asked for."""
    from scindex.messages import label
    from scindex.screens.hotspots import hotspots_screen
    from scindex.tables.write import dump_json, jsonable, whole, write_csv, write_text

    if out and out != "-":
        target = Path(out)
        if target.suffix.lower() == ".json":
            write_text(dump_json(jsonable(found.to_dict())) + "\n", target, force=force)
        else:
            with whole(target, force=force) as temporary, temporary.open("wb") as handle:
                write_csv(_table(found), handle)
        tell(label("cli.written", path=out), quiet=quiet)
        if quiet:
            return
    if style == "json":
        echo(dump_json(jsonable(found.to_dict())))
    elif style == "csv" or out == "-":
        import io

        buffer = io.BytesIO()
        write_csv(_table(found), buffer)
        echo(buffer.getvalue().decode("utf-8").rstrip("\n"))
    else:
        echo(hotspots_screen(found))


def _table(found: Any) -> Any:
    """Return the tested cells; where none could be tested, the balances."""
    return found.hotspots.cells if found.hotspots else found.balances.table
