"""A carbon map as one page: everything in one file that needs nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from pathlib import Path

from scindex.charts.drawing import Choice
from scindex.extras import need
from scindex.measure.map.cells import CarbonMap
from scindex.messages import label, local
from scindex.report.carbon_map import PREFIX, page_data
from scindex.report.encode import script_json

TEMPLATES = Path(__file__).parent / "templates"
SCRIPTS = ("data.js", "words.js", "map.js", "panels.js", "table.js", "app.js")


@lru_cache
def _template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def script() -> str:
    """Return the script of the page."""
    return '"use strict";\n(() => {\n' + "\n".join(_template(name) for name in SCRIPTS) + "})();\n"


def _hash(text: str) -> str:
    """Return what a content security policy calls this very text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def build_page(carbon: CarbonMap, choice: Choice, *, lang: str) -> str:
    """Return the HTML page of a carbon map, in both languages.

    Parameters
    ----------
    carbon : CarbonMap
    choice : Choice
        What it shows first.
    lang : {"en", "ko"}
        In which language it opens.

    Returns
    -------
    str
        The same for the same map. Its policy forbids every connection and every script but its own.
    """
    jinja2, markup = need("map", "jinja2"), need("map", "markupsafe").Markup
    style, program = _template("page.css"), script()
    page = jinja2.Environment(autoescape=True, keep_trailing_newline=True).from_string(_template("page.html"))
    return page.render(
        lang=lang,
        title=local(carbon.name, lang),
        version=carbon.provenance.version,
        lead="about.what"
        if carbon.layers["basis"].str.contains("end_user").any()
        else "about.what-territorial",
        t=lambda key: label(PREFIX + key, lang),
        style=markup(style),
        style_hash=_hash(style),
        script=markup(program),
        script_hash=_hash(program),
        data=markup(script_json(page_data(carbon, choice, lang=lang))),
        provenance=json.dumps(carbon.provenance.to_dict(), ensure_ascii=False, indent=1),
    )
