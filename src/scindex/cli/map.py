"""``scindex map``: build a carbon map, read it, draw it, ask what would change it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from scindex.cli.common import Command, Group, echo, help_text, lang_option, tell
from scindex.cli.map_parts import PartsAsked, in_parts, parts_options

COMMANDS = {
    "hotspots": ("scindex.cli.map_hotspots", "hotspots"),
    "simulate": ("scindex.cli.map_simulate", "simulate"),
    "draw": ("scindex.cli.map_draw", "draw"),
}
"""Command -> module and name; imported only when it runs."""


class Map(Group):
    """The group; some of its commands live in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            module, name = COMMANDS[cmd_name]
            return getattr(import_module(module), name)
        return super().get_command(ctx, cmd_name)

    def short_helps(self, ctx: click.Context) -> list[tuple[str, str]]:
        return [(name, help_text(f"map-{name}.short")) for name in self.list_commands(ctx)]


@click.group("map", cls=Map, help=help_text("map"), short_help=help_text("map.short"))
@lang_option
def map_() -> None:
    """Hold the commands below."""


@map_.command(cls=Command, help=help_text("map-new"), short_help=help_text("map-new.short"))
@click.argument("folder", metavar="DIR")
@lang_option
def new(folder: str) -> None:
    from scindex.messages import label
    from scindex.tables.map_template import write_plan

    path = write_plan(Path(folder))
    tell(label("cli.written", path=path))


@map_.command(cls=Command, help=help_text("map-build"), short_help=help_text("map-build.short"))
@click.argument("plan_file", metavar="MAP.yaml")
@click.option("--out", metavar="DIR", help=help_text("option.map-out"))
@click.option("--rake", is_flag=True, help=help_text("option.map-rake"))
@parts_options
@click.option("--published", metavar="DIR", help=help_text("option.map-published"))
@click.option("--strict", is_flag=True, help=help_text("option.strict"))
@click.option("--force", is_flag=True, help=help_text("option.force"))
@click.option("--quiet", "-q", is_flag=True, help=help_text("option.quiet"))
@lang_option
def build(
    plan_file: str,
    out: str | None,
    asked: PartsAsked,
    rake: bool,
    published: str | None,
    strict: bool,
    force: bool,
    quiet: bool,
) -> int:
    from scindex import mapping
    from scindex.catalogue.maps import read_plan
    from scindex.messages import label
    from scindex.screens.carbon_map import carbon_map_screen
    from scindex.tables.folder import check_folder

    for folder in filter(None, (out, published)):
        check_folder(Path(folder), force=force, mark="map.json")
    plan = read_plan(Path(plan_file))
    with in_parts(asked, out, quiet=quiet) as cutting:
        made = mapping.carbon_map(plan_file, rake=rake, cutting=cutting)
        beside = mapping.inventory_bridge(made, plan.inventory) if plan.inventory else None
        if out:
            files = mapping.save_map(made, Path(out), force=force, bridge=beside)
            tell(label("map.written", path=out, files=files), quiet=quiet)
        if published:
            files = mapping.save_map(mapping.published_map(made), Path(published), force=force)
            tell(label("map.published", path=published, files=files), quiet=quiet)
    if not ((out or published) and quiet):
        echo(carbon_map_screen(made, plan.published, beside))
    return 1 if strict and any(f.severity == "warning" for f in made.findings) else 0
