"""``scindex inventory``: emissions of a city from its activities, or from the cells that it has published."""

from __future__ import annotations

from importlib import import_module

import click

from scindex.cli.common import Command, Group, help_text, lang_option, output_options

ELSEWHERE = {"audit": "scindex.cli.inventory_audit", "bridge": "scindex.cli.inventory_audit"}
"""Command -> module that holds it under the same name; imported only when it runs."""


class Inventory(Group):
    """The group, its commands shown with their short help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *ELSEWHERE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in ELSEWHERE:
            return getattr(import_module(ELSEWHERE[cmd_name]), cmd_name)
        return super().get_command(ctx, cmd_name)

    def short_helps(self, ctx: click.Context) -> list[tuple[str, str]]:
        return [(name, help_text(f"inventory.{name}.short")) for name in self.list_commands(ctx)]


@click.group(cls=Inventory, help=help_text("inventory"), short_help=help_text("inventory.short"))
@lang_option
def inventory() -> None:
    """Hold the commands below."""


@inventory.command(cls=Command, help=help_text("inventory.compute"))
@click.argument("file", metavar="INV.yaml")
@click.option("--observations", metavar="FILE", help=help_text("option.inventory-observations"))
@click.option("--strict", is_flag=True, help=help_text("option.strict"))
@output_options
@lang_option
def compute(
    file: str, observations: str | None, strict: bool, style: str, out: str | None, force: bool, quiet: bool
) -> int:
    from scindex.cli.inventories import check_outputs, deliver, write_observations
    from scindex.measures import inventory_from_file

    check_outputs(out, observations, force)
    made = inventory_from_file(file)
    if observations:
        write_observations(made, observations, force=force, quiet=quiet)
    return deliver(made, style, out, force=force, quiet=quiet, strict=strict)


@inventory.command(cls=Command, help=help_text("inventory.summarise"))
@click.argument("file", metavar="FILE")
@click.option("--sheet", metavar="NAME", help=help_text("option.sheet"))
@click.option("--city", metavar="NAME", default="", help=help_text("option.inventory-city"))
@click.option("--year", type=int, help=help_text("option.inventory-year"))
@click.option("--observations", metavar="FILE", help=help_text("option.inventory-observations"))
@click.option("--strict", is_flag=True, help=help_text("option.strict"))
@output_options
@lang_option
def summarise(
    file: str,
    sheet: str | None,
    city: str,
    year: int | None,
    observations: str | None,
    strict: bool,
    style: str,
    out: str | None,
    force: bool,
    quiet: bool,
) -> int:
    from scindex.cli.inventories import check_outputs, chosen, deliver, write_observations
    from scindex.measures import open_inventory

    check_outputs(out, observations, force)
    made = chosen(open_inventory(file, sheet=sheet, city=city, year=year), city, year)
    if observations:
        write_observations(made, observations, force=force, quiet=quiet)
    return deliver(made, style, out, force=force, quiet=quiet, strict=strict, table="totals")
