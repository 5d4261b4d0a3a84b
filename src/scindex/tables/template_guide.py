"""The sheets of a template that explain: what each indicator is, and how to fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from scindex import __version__
from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import Framework, Indicator
from scindex.catalogue.load import framework_ids
from scindex.messages import label, local, number
from scindex.tables.template_data import STATUSES, Row, clip, definition, list_rows, range_words, status_names
from scindex.tables.template_styles import DOUBT, INPUT, LOCKED, WRONG, Styles, row_height

CELL = 32_767
"""Characters that a cell holds."""

WIDTHS = (30, 68, 68)
"""Widths of the columns of the notes. [characters]"""

ONE_LINE = ("url", "id")
"""Columns that are cut off rather than broken into lines."""

Field = tuple[str, float, Callable[[Row], str]]
"""Key of a heading, width of the column, and what stands in it."""


def write_definitions(sheet: Any, framework: Framework, *, lang: str, styles: Styles) -> None:
    """Write what each indicator is: definition, ranges, goalposts and their sources.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
    framework : Framework
    lang : {"en", "ko"}
    styles : Styles
    """
    rows = list_rows(framework, lang)
    fields = [f for f in _fields(lang) if any(f[2](row) for row in rows)]
    for i, (key, width, _) in enumerate(fields):
        sheet.set_column(i, i, width)
        sheet.write_string(0, i, label(f"template.column.{key}", lang), styles.head)
    for at, row in enumerate(rows, 1):
        texts = [(clip(text(row), CELL), width) for _, width, text in fields]
        wrapped = [cell for cell, field in zip(texts, fields, strict=True) if field[0] not in ONE_LINE]
        sheet.set_row(at, row_height(wrapped) or None)
        for i, (text, _) in enumerate(texts):
            sheet.write_string(at, i, text, styles.line if fields[i][0] in ONE_LINE else styles.body)
    fixed = 1 + [key for key, _, _ in fields].index("name")
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, fixed)
    sheet.repeat_columns(0, fixed - 1)
    sheet.autofilter(0, 0, len(rows), len(fields) - 1)
    sheet.repeat_rows(0)
    _finish(sheet, wide=3)


def _fields(lang: str) -> list[Field]:
    """Return the columns of the definitions, in order."""

    def of(part: str) -> Callable[[Row], str]:
        return lambda r: local(getattr(r.indicator, part), lang)

    def named(part: str) -> Callable[[Row], str]:
        return lambda r: _code_name(part, getattr(r.indicator, part), lang)

    def plain(part: str) -> Callable[[Row], str]:
        return lambda r: str(getattr(r.indicator.source, part) or "")

    return [
        ("code", 17, lambda r: r.node.code),
        ("name", 34, lambda r: local(r.node.name, lang)),
        ("definition", 44, lambda r: definition(r.indicator, lang)),
        ("unit", 18, of("unit_label")),
        ("direction", 16, named("direction")),
        ("tier", 10, lambda r: _code_name("tier", r.node.tier, lang)),
        ("possible", 14, lambda r: range_words(r.indicator.possible, lang)),
        ("plausible", 14, lambda r: range_words(r.indicator.plausible, lang)),
        ("worst", 10, lambda r: _post(r.indicator, "worst")),
        ("best", 10, lambda r: _post(r.indicator, "best")),
        ("standing", 12, lambda r: _code_name("standing", _standing(r.indicator), lang)),
        ("reason", 44, lambda r: _reason(r.indicator, lang)),
        ("axis", 16, named("axis")),
        ("sdg", 12, lambda r: ", ".join(r.indicator.sdg)),
        ("publisher", 56, lambda r: _source(r.indicator)),
        ("page", 13, plain("page")),
        ("url", 34, plain("url")),
        ("source-standing", 12, lambda r: _code_name("standing", r.indicator.source.standing, lang)),
        ("remark", 44, of("notes")),
        ("conflicts", 70, lambda r: "\n".join(_conflict(c, lang) for c in r.indicator.conflicts)),
        ("draft", 18, lambda r: ", ".join(r.indicator.draft)),
        ("id", 64, lambda r: r.indicator.id),
    ]


def _code_name(part: str, code: str, lang: str) -> str:
    return local(codelist(part).get(code, {"en": code}), lang)


def _name(framework: Framework, entry: str) -> Mapping[str, str]:
    return (framework.nodes.get(entry) or framework.context[entry]).name


def _post(indicator: Indicator, end: str) -> str:
    return number(getattr(indicator.goalposts, end)) if indicator.goalposts else ""


def _standing(indicator: Indicator) -> str:
    return indicator.goalposts.standing if indicator.goalposts else ""


def _reason(indicator: Indicator, lang: str) -> str:
    if indicator.goalposts:
        return local(indicator.goalposts.reason, lang)
    return local(indicator.no_goalposts, lang)


def _source(indicator: Indicator) -> str:
    source = indicator.source
    return ", ".join(str(part) for part in (source.publisher, source.title, source.year) if part)


def _conflict(conflict: Mapping[str, Any], lang: str) -> str:
    said = "; ".join(f"{v['value']} ({v['source']})" for v in conflict.get("values", ()))
    return f"{conflict.get('field', '')}: {said}. {local(conflict.get('reason', {}), lang)}".strip()


def write_notes(sheet: Any, framework: Framework, *, lang: str, styles: Styles) -> dict[str, str]:
    """Write how to fill in, and return where the choices of the drop-downs stand.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
    framework : Framework
    lang : {"en", "ko"}
    styles : Styles

    Returns
    -------
    dict of str to str
        ``status``, ``quality`` and ``yes_no`` to a range such as ``='notes'!$A$3:$A$11``.
    """
    for i, width in enumerate(WIDTHS):
        sheet.set_column(i, i, width)
    page = _Page(sheet, lang, styles)
    page.heading("colours")
    for colour, key in ((INPUT, "input"), (DOUBT, "doubt"), (WRONG, "wrong"), (LOCKED, "locked")):
        page.swatch(styles.swatches[colour], label(f"template.colour.{key}", lang))
    lists = {"status": page.table("status", _statuses(lang))}
    page.rows(
        [
            (label(f"template.mark.{k}", lang), "", label(f"template.means.{k}", lang))
            for k in ("blank", "error")
        ]
    )
    lists["quality"] = page.table("quality", _qualities(lang))
    lists["yes_no"] = page.table("yes-no", _answers(lang))
    page.lines("numbers", ("unit", "percent", "decimal", "range"))
    if framework.rules:
        page.heading("rules")
        page.rows(_rules(framework, lang))
    page.lines("reading", _reading(framework))
    page.heading("made")
    page.rows([(label(f"template.made.{k}", lang), v) for k, v in _made(framework, lang)], styles.line)
    _finish(sheet)
    return lists


class _Page:
    """Writes one section below the other on the sheet of notes."""

    def __init__(self, sheet: Any, lang: str, styles: Styles) -> None:
        self.sheet, self.lang, self.styles = sheet, lang, styles
        self.at = 0

    def heading(self, key: str) -> None:
        self.at += 1 if self.at else 0
        for i in range(3):
            self.sheet.write_blank(self.at, i, None, self.styles.section)
        self.sheet.write_string(self.at, 0, label(f"template.section.{key}", self.lang), self.styles.section)
        self.at += 1

    def line(self, text: str) -> None:
        self.sheet.set_row(self.at, row_height([(text, sum(WIDTHS))]) or None)
        self.sheet.merge_range(self.at, 0, self.at, 2, "", self.styles.text)
        self.sheet.write_string(self.at, 0, text, self.styles.text)
        self.at += 1

    def lines(self, part: str, keys: Iterable[str]) -> None:
        """Write a section of sentences."""
        self.heading(part)
        for key in keys:
            self.line(label(f"template.{part}.{key}", self.lang))

    def swatch(self, style: Any, text: str) -> None:
        self.sheet.write_blank(self.at, 0, None, style)
        self.sheet.write_string(self.at, 1, text, self.styles.text)
        self.at += 1

    def rows(self, rows: Iterable[tuple[str, ...]], style: Any = None) -> None:
        for texts in rows:
            height = 0.0 if style else row_height(zip(texts, WIDTHS, strict=False))
            self.sheet.set_row(self.at, height or None)
            for i, text in enumerate(texts):
                self.sheet.write_string(self.at, i, text, style or self.styles.body)
            self.at += 1

    def table(self, key: str, rows: list[tuple[str, ...]]) -> str:
        """Write a section whose first column a drop-down offers; return the range of that column."""
        self.heading(key)
        first = self.at + 1
        self.rows(rows)
        title = self.sheet.get_name().replace("'", "''")
        return f"='{title}'!$A${first}:$A${self.at}"


def _statuses(lang: str) -> list[tuple[str, ...]]:
    names = status_names()
    return [(code, local(names[code], lang), label(f"template.means.{code}", lang)) for code in STATUSES]


def _qualities(lang: str) -> list[tuple[str, ...]]:
    return [
        (local(names, lang), label(f"template.means.{code}", lang))
        for code, names in codelist("quality").items()
    ]


def _answers(lang: str) -> list[tuple[str, ...]]:
    names = status_names()
    answers = [(label(f"template.{w}", lang), label(f"template.means.{w}", lang)) for w in ("yes", "no")]
    # NO (not occurring) is left out: on a yes/no question it would be read as no
    return answers + [(code, local(names[code], lang)) for code in ("NR", "NE", "C", "IE", "NA")]


def _rules(framework: Framework, lang: str) -> list[tuple[str, ...]]:
    """Return what must hold between indicators: the rule, those it binds, and why."""
    return [
        (
            label(f"template.rule.{rule.kind}", lang, total=rule.total, tolerance=rule.tolerance),
            "\n".join(
                local((framework.nodes.get(i) or framework.context[i]).name, lang) for i in rule.indicators
            ),
            local(rule.reason, lang),
        )
        for rule in framework.rules
    ]


def _reading(framework: Framework) -> tuple[str, ...]:
    own = framework.id not in framework_ids()
    return ("check", "own" if own else "score", "cities")


def _made(framework: Framework, lang: str) -> list[tuple[str, str]]:
    return [
        ("framework", f"{local(framework.name, lang)} ({framework.edition})"),
        ("id", framework.id),
        ("file", Path(framework.path).name),
        ("sha256", framework.sha256),
        ("version", f"scindex {__version__}"),
        ("language", label("template.made.this-language", lang)),
    ]


def _finish(sheet: Any, wide: int = 1) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(wide, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.8)
    sheet.set_footer("&L&A&R&P / &N", {"margin": 0.4})
    sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})
