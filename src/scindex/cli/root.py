"""The root command and the one seam where an error becomes sentences and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from scindex import __version__, messages
from scindex.cli.common import Group, fault_of, help_text
from scindex.errors import ScindexError

COMMANDS = {
    "validate": "scindex.cli.validate",
    "score": "scindex.cli.score",
    "compare": "scindex.cli.compare",
    "diff": "scindex.cli.diff",
    "template": "scindex.cli.template",
    "catalogue": "scindex.cli.catalogue",
    "inventory": "scindex.cli.inventory",
    "map": "scindex.cli.map",
}
"""Command -> module that holds it under the same name; imported only when it runs."""


NAMES = {"map": "map_"}
"""Commands whose name is taken in Python."""


class Program(Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return getattr(import_module(COMMANDS[cmd_name]), NAMES.get(cmd_name, cmd_name))

    def short_helps(self, ctx: click.Context) -> list[tuple[str, str]]:
        return [(name, help_text(f"{name}.short")) for name in COMMANDS]


@click.group(cls=Program, help=help_text("root"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, prog_name="scindex", message="%(prog)s %(version)s", help=help_text("option.version")
)
@click.option(
    "--lang", type=click.Choice(messages.LANGUAGES), expose_value=False, help=help_text("option.lang")
)
def program() -> None:
    """Stand at the top of the command line."""


def run(arguments: list[str]) -> int:
    """Run the program; return its exit code. No error of a user's making ends in a traceback."""
    try:
        return program.main(arguments, prog_name="scindex", standalone_mode=False) or 0
    except ScindexError as err:
        print_findings(err, skippable=not {"catalogue", "template", "inventory"} & set(arguments[:3]))
        return err.exit_code
    except click.exceptions.Exit as err:
        return err.exit_code
    except click.exceptions.NoArgsIsHelpError as err:
        click.echo(err.format_message())
        return 0
    except click.ClickException as err:
        context = getattr(err, "ctx", None)
        command = context.command_path if context else "scindex"
        click.echo(messages.line(fault_of(err)), err=True)
        click.echo(messages.label("cli.try-help", command=command), err=True)
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo(messages.label("cli.interrupted"), err=True)
        return 130
    except BrokenPipeError:
        return 0
    except MemoryError:
        click.echo(messages.label("cli.memory"), err=True)
        return 1


def print_findings(err: ScindexError, *, skippable: bool = True) -> None:
    """Print what an error carries, in the reader's language, to stderr.

    Faulty cells are `skippable` where the command reads a city file.
    """
    if len(err.findings) == 1 and not err.findings[0].where:
        click.echo(messages.line(err.findings[0]), err=True)
        return
    from scindex.screens.findings import listing

    click.echo(listing(err.findings), file=sys.stderr)
    if skippable and err.exit_code == 1 and any("!" in f.where for f in err.findings):
        click.echo(messages.label("cli.stopped"), err=True)
