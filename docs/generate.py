"""Write docs/reference/ from the code: command line, Python, findings, recipe, methods, catalogue.

python docs/generate.py            write the pages
python docs/generate.py --check    exit 1 if a page is not what the code says
"""

from __future__ import annotations

import dataclasses
import inspect
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click

# help texts are taken in the language in force when a command is imported
os.environ["SCINDEX_LANG"] = "en"

import scindex
from scindex import messages
from scindex._resources import read_yaml
from scindex.catalogue.load import framework_ids, load_framework
from scindex.cli.root import COMMANDS, program
from scindex.findings import Finding
from scindex.index import bod
from scindex.index.aggregate import AGGREGATORS
from scindex.index.impute import IMPUTERS
from scindex.index.normalise import METHODS
from scindex.index.orders import ORDERS
from scindex.index.properties import Properties
from scindex.index.treat import TREATERS
from scindex.index.weigh import WEIGHTERS
from scindex.methods import STEPS, Number, Word
from scindex.recipe import CHOICES, Recipe

HERE = Path(__file__).parent / "reference"


def help_page(command: click.Command, path: str) -> str:
    """Return a command's help as the terminal shows it at 80 columns."""
    context = click.Context(command, info_name=path, max_content_width=80, terminal_width=80)
    return command.get_help(context)


def cli() -> str:
    lines = [
        "# Command line",
        "",
        "Made from the program's own help.",
        "",
        "```text",
        help_page(program, "scindex"),
        "```",
    ]
    for name in COMMANDS:
        command = program.get_command(click.Context(program), name)
        lines += ["", f"## scindex {name}", "", "```text", help_page(command, f"scindex {name}"), "```"]
        for sub in getattr(command, "commands", {}):
            page = help_page(command.commands[sub], f"scindex {name} {sub}")
            lines += ["", f"### scindex {name} {sub}", "", "```text", page, "```"]
    codes = "| 0 | done |\n| 1 | the data or the method |\n| 2 | the call: an unknown option, name or file |"
    return "\n".join(
        [
            *lines,
            "",
            "## Exit codes",
            "",
            "| code | meaning |",
            "| --- | --- |",
            codes,
            "| 130 | interrupted |",
        ]
    )


def api() -> str:
    lines = ["# Python", "", "```python", "import scindex as sx", "```"]
    for name in scindex.__all__:
        thing = getattr(scindex, name)
        signature = str(inspect.signature(thing)) if inspect.isfunction(thing) else ""
        lines += [
            "",
            f"## {name}",
            "",
            "```text",
            f"{name}{signature}",
            "",
            inspect.getdoc(thing) or "",
            "```",
        ]
    return "\n".join(lines)


def findings() -> str:
    lines = [
        "# Findings",
        "",
        "Every code, with an example. A code is stable; its sentence follows the reader's language.",
    ]
    for code in messages.codes():
        entry = messages.catalogue("en", "findings")[code]
        finding = Finding(code, params=entry.get("example", {}))
        lines += ["", f"## {code}", ""]
        for lang in messages.LANGUAGES:
            lines += [f"- {messages.text(finding, lang)} {messages.remedy(finding, lang)}".rstrip()]
    return "\n".join(lines)


def recipe() -> str:
    lines = [
        "# Recipe",
        "",
        "Every methodological choice, in the order applied. A YAML file holds any of these",
    ]
    lines += ["fields; later wins: defaults < the framework's own `recipe:` < `--recipe FILE` < options.", ""]
    lines += ["| field | default | choices |", "| --- | --- | --- |"]
    for field in dataclasses.fields(Recipe):
        default = getattr(Recipe(), field.name)
        choices = list(STEPS.get(field.name, [])) or [c or '""' for c in CHOICES.get(field.name, ())]
        lines.append(f"| `{field.name}` | `{default!r}` | {', '.join(choices)} |")
    lines += ["", "Methods with options are written `name(option=value, ...)`:", ""]
    lines += ["| step | method | options, their range and default |", "| --- | --- | --- |"]
    for step, methods in STEPS.items():
        for name, options in methods.items():
            if options:
                told = "; ".join(_option(key, option) for key, option in options.items())
                lines.append(f"| {step} | `{name}` | {told} |")
    return "\n".join([*lines, "", "```text", inspect.getdoc(Recipe) or "", "```"])


def _option(key: str, option: Number | Word) -> str:
    if isinstance(option, Number):
        low, high = ("" if abs(v) >= 1e12 else f"{v:g}" for v in (option.low, option.high))
        span = f" {low} to {high}".rstrip() if low or high else " any number"
    else:
        span = " " + (" or ".join(option.choices) or "a name")
    default = "must be given" if option.default is None else f"default {option.default}"
    return f"`{key}`{span}, {default}"


TITLES = {
    "impute": "Impute: fill gaps",
    "treat": "Treat: bring outliers in",
    "normalise": "Normalise: put every indicator on one scale",
    "weight": "Weight: what counts how much within a node",
    "aggregate": "Aggregate: bring the children of a node together",
    "order": "Order: rank the total",
}

PROPERTIES: dict[str, dict[str, Properties]] = {
    "impute": {name: m.properties for name, m in IMPUTERS.items()},
    "treat": {name: m.properties for name, m in TREATERS.items()},
    "normalise": {name: m.properties for name, m in METHODS.items()},
    "weight": {
        **{name: m.properties for name, m in WEIGHTERS.items()},
        "set": WEIGHTERS["budget"].properties,
        "bod": bod.PROPERTIES,
    },
    "aggregate": {name: m.properties for name, m in AGGREGATORS.items()},
    "order": {"score": Properties(), **{name: m.properties for name, m in ORDERS.items()}},
}
"""The tables from which the tests of the methods are derived."""


def methods() -> str:
    lines = [
        "# Methods",
        "",
        "Every method in the form a [recipe](recipe.md) writes it, with the defaults of its options. The",
        "properties are those that the tests hold each method to, counter-examples included:",
        "",
        "- **monotone**: a better value of a city never lowers what the method gives that city.",
        "- **bounded**: scores lie in 0 to 100, where the recipe caps them; of an aggregation, between those",
        "  of the children.",
        "- **alone**: what a city gets does not move when another city joins or changes; of an order:",
        "  whether A stands before B hangs on A and B only.",
        "- **cities**: how many must have a value. Below 20 `treat` needs `force: true`; weights from data",
        "  are refused, and so they are with no more cities than children.",
        "",
        "How the steps follow each other: [methods, step by step](../concepts/methods/README.md).",
    ]
    short = read_yaml(HERE.parent / "concepts" / "methods" / "in-short.yaml")
    for step, known in STEPS.items():
        lines += ["", f"## {TITLES[step]}", ""]
        lines += ["| method | monotone | bounded | alone | cities | use it where | not where | more |"]
        lines += ["| --- | --- | --- | --- | --- | --- | --- | --- |"]
        for name, options in known.items():
            told, facts = short[step][name], PROPERTIES[step][name]
            page = told["more"].partition(".")[0].replace("-", " ")
            cells = [f"`{_written(name, options)}`", _yes(facts.monotone), *_bounds(step, facts)]
            cells += [_yes(facts.independent), str(facts.at_least), told["use"], told["avoid"]]
            lines.append(f"| {' | '.join(cells)} | [{page}](../concepts/methods/{told['more']}) |")
    return "\n".join(lines)


def _written(name: str, options: Mapping[str, Number | Word]) -> str:
    """Return a method as a recipe writes it, with the default of every option."""
    given = [f"{key}={_shown(key, option)}" for key, option in options.items()]
    return f"{name}({', '.join(given)})" if given else name


def _shown(key: str, option: Number | Word) -> str:
    if option.default is None:
        return key.upper()
    return f"{option.default:g}" if isinstance(option, Number) else str(option.default)


def _yes(fact: bool) -> str:
    return "yes" if fact else "**no**"


def _bounds(step: str, facts: Properties) -> list[str]:
    return ["-" if step in ("treat", "order") else _yes(facts.bounded)]


def catalogue() -> str:
    lines = [
        "# Catalogue",
        "",
        "Made from `indicators/frameworks/`. `scindex catalogue show ID` tells all of one indicator.",
    ]
    for name in framework_ids():
        framework = load_framework(name)
        lines += ["", f"## {name}: {framework.name['en']}", "",
                  "| id | code | name | 이름 | unit | direction | goalposts |",
                  "| --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
        for key, i in framework.indicators.items():
            posts = i.goalposts
            told = f"{posts.worst:g} to {posts.best:g}, {posts.standing}" if posts else "none"
            node = framework.nodes[key]
            unit = i.unit_label.get("en", "").replace("|", "/")
            names = f"{node.name['en']} | {node.name['ko']}"
            lines.append(f"| `{i.id}` | {node.code or i.code} | {names} | {unit} | {i.direction} | {told} |")
    return "\n".join(lines)


def screen() -> str:
    """Return README.md with the first screen as the program prints it now."""
    readme = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")
    command = [sys.executable, "-m", "scindex", "score", "examples/pilot_cities.csv"]
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(command, capture_output=True, cwd=HERE.parents[1], env=environment, check=True)
    shown = f"$ scindex score examples/pilot_cities.csv\n{done.stdout.decode().rstrip()}"
    before, _, rest = readme.partition("<!-- screen -->")
    after = rest.partition("<!-- end -->")[2]
    return f"{before}<!-- screen -->\n```text\n{shown}\n```\n<!-- end -->{after}"


PAGES = {
    "cli": cli,
    "api": api,
    "findings": findings,
    "recipe": recipe,
    "methods": methods,
    "catalogue": catalogue,
    "README": screen,
}


def main() -> int:
    messages.use("en")
    stale = []
    for name, make in PAGES.items():
        path = HERE.parents[1] / "README.md" if name == "README" else HERE / f"{name}.md"
        text = make().rstrip() + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv:
        if stale:
            print(f"not what the code says: {', '.join(stale)}. Run `make docs`.")
        return 1 if stale else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
