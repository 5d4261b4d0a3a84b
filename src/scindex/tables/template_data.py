"""The sheet of a template that a city fills in: a row per indicator, checked as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import Framework, Indicator, Node
from scindex.messages import fill, label, local, number
from scindex.tables.grid import letters
from scindex.tables.named import FIRST_YEAR, LAST_YEAR
from scindex.tables.template_styles import Styles, row_height

REASONS = ("NR", "NE", "C", "IE", "NO", "NA")
STATUSES = ("A", "E", "P", *REASONS)
"""What the drop-down of a row's status offers: SDMX codes, then why there is no value."""

TITLE, HOW, CITY, YEAR, HEAD = 0, 1, 2, 3, 5
"""Rows of the sheet, counted from 0; the indicators follow the heading."""

SMALL = {"faint": 10 / 9}
"""Letters of 9 points: so many more of them fit."""

MESSAGE, MESSAGE_TITLE = 255, 32
"""Characters that Excel shows of a message and of its title."""


@dataclass(frozen=True)
class Row:
    """One leaf of the framework: its place in the tree, and the KPI it is a data point of.

    The leaf's node has the code and name under which this framework knows the indicator.
    """

    indicator: Indicator
    node: Node
    group: str
    kpi: Node | None
    first: bool


@dataclass(frozen=True)
class Column:
    """One column: `text` gives what is printed, `style` names its format."""

    key: str
    width: float
    style: str
    text: Callable[[Row], str] = lambda row: ""


@dataclass(frozen=True)
class Given:
    """What the template already knows of the city; empty and None are to be filled in."""

    city: str = ""
    year: int | None = None


def list_rows(framework: Framework, lang: str) -> list[Row]:
    """Return the leaves of a framework in the order of its tree, then its context.

    Examples
    --------
    >>> from scindex.catalogue.load import load_framework
    >>> rows = list_rows(load_framework("u4ssc"), "en")
    >>> len(rows), rows[0].group
    (112, 'Economy › ICT › ICT Infrastructure')
    """
    rows: list[Row] = []
    group = None
    for indicator in framework.indicators.values():
        node = framework.nodes[indicator.id]
        parent = framework.nodes[node.parent]
        kpi = parent if parent.id.startswith(f"{indicator.framework}:") else None
        path = _path(framework, framework.nodes[kpi.parent] if kpi else parent, lang)
        rows.append(Row(indicator, node, path, kpi, path != group))
        group = path
    about = label("template.context", lang)
    for n, indicator in enumerate(framework.context.values()):
        place = Node(indicator.id, indicator.name, level="", code=indicator.code)
        rows.append(Row(indicator, place, about, None, n == 0))
    return rows


def _path(framework: Framework, node: Node, lang: str) -> str:
    names: list[str] = []
    while node.id:
        names.append(local(node.name, lang))
        node = framework.nodes[node.parent]
    return " › ".join(reversed(names))


def point_name(row: Row, lang: str) -> str:
    """Return what a data point is called within its KPI; empty for an indicator without points."""
    if row.kpi is None:
        return ""
    return local(row.node.name, lang).removeprefix(f"{local(row.kpi.name, lang)}: ")


def columns(rows: Sequence[Row], lang: str) -> list[Column]:
    """Return the columns of the sheet, without printed ones that would stay empty."""
    wanted = [
        Column("category", 28, "faint", lambda r: r.group),
        Column("code", 17, "plain", lambda r: r.node.code),
        Column("name", 36, "bold", lambda r: local((r.kpi or r.node).name, lang)),
        Column("point", 17, "plain", lambda r: point_name(r, lang)),
        Column("unit", 22, "plain", lambda r: local(r.indicator.unit_label, lang)),
        Column("value", 13, "value"),
        Column("status", 9, "pick"),
        Column("quality", 22, "pick"),
        Column("source", 30, "text"),
        Column("note", 24, "text"),
        Column("city", 14, "pick"),
        Column("year", 7, "year"),
        Column("tier", 10, "faint", lambda r: local(codelist("tier").get(r.node.tier, {}), lang)),
        Column("id", 64, "faint", lambda r: r.indicator.id),
    ]
    return [c for c in wanted if c.style not in ("plain", "faint") or any(c.text(r) for r in rows)]


def write_data(
    sheet: Any, framework: Framework, *, lang: str, given: Given, styles: Styles, lists: Mapping[str, str]
) -> None:
    """Write the sheet to be filled in.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
    framework : Framework
    lang : {"en", "ko"}
    given : Given
    styles : Styles
    lists : Mapping of str to str
        Cell range that holds the choices of each drop-down: ``status``, ``quality``, ``yes_no``.
    """
    rows = list_rows(framework, lang)
    shown = columns(rows, lang)
    place = {c.key: i for i, c in enumerate(shown)}
    _write_top(sheet, framework, lang, given, styles, width=place["source"])
    for i, column in enumerate(shown):
        sheet.set_column(i, i, column.width)
        sheet.write_string(HEAD, i, label(f"template.column.{column.key}", lang), styles.head)
    for at, row in enumerate(rows, HEAD + 1):
        if height := row_height((c.text(row), c.width * SMALL.get(c.style, 1)) for c in shown):
            sheet.set_row(at, height)
        for i, column in enumerate(shown):
            _write_cell(sheet, at, i, column, row, given, styles)
        _check_value(sheet, at, place["value"], row, lang, styles, lists)
    last = HEAD + len(rows)
    _check_choices(sheet, place, last, lang, lists)
    _mark_contradictions(sheet, place, last, styles)
    _set_page(sheet, place, last)


def _write_top(sheet: Any, framework: Framework, lang: str, given: Given, styles: Styles, width: int) -> None:
    title = label("template.title", lang, framework=local(framework.name, lang), edition=framework.edition)
    sheet.set_row(TITLE, 24)
    sheet.write_string(TITLE, 0, title, styles.title)
    sheet.set_row(HOW, 34)
    sheet.merge_range(HOW, 0, HOW, width, "", styles.text)
    sheet.write_string(HOW, 0, label("template.how", lang), styles.text)
    sheet.set_row(HEAD, 30)
    for at, key in ((CITY, "city"), (YEAR, "year")):
        sheet.set_row(at, 20)
        sheet.write_string(at, 0, label(f"template.column.{key}", lang), styles.key)
        value = getattr(given, key)
        style = styles.fields[key, bool(value)]
        sheet.merge_range(at, 1, at, 2, "", style)
        if value:
            (sheet.write_string if key == "city" else sheet.write_number)(at, 1, value, style)
    sheet.data_validation(YEAR, 1, YEAR, 1, _year_rule(lang))


def _write_cell(sheet: Any, at: int, i: int, column: Column, row: Row, given: Given, styles: Styles) -> None:
    if column.style in ("plain", "bold", "faint"):
        sheet.write_string(at, i, column.text(row), styles.locked[column.style, row.first])
        return
    style = styles.inputs[column.style, row.first]
    if column.key == "city" and given.city:
        sheet.write_string(at, i, given.city, style)
    elif column.key == "year" and given.year is not None:
        sheet.write_number(at, i, given.year, style)
    elif column.key in ("city", "year"):
        source = f"$B${(CITY if column.key == 'city' else YEAR) + 1}"
        # stored as a blank text: with nothing stored, a reader finds the formula itself
        sheet.write_formula(at, i, f'=IF({source}="","",{source})', style, " ")
    else:
        sheet.write_blank(at, i, None, style)


def _check_value(
    sheet: Any, at: int, i: int, row: Row, lang: str, styles: Styles, lists: Mapping[str, str]
) -> None:
    """Refuse impossible values as they are typed, and colour implausible ones."""
    indicator = row.indicator
    cell, fixed = f"{letters(i)}{at + 1}", f"${letters(i)}{at + 1}"
    unit = local(indicator.unit_label, lang)
    name = local(row.node.name, lang)
    rule: dict[str, Any] = {
        "input_title": clip(row.node.code or name, MESSAGE_TITLE),
        "input_message": clip(_hint(row, lang), MESSAGE),
        "error_type": "stop",
        "error_title": clip(label("template.refused", lang), MESSAGE_TITLE),
    }
    if indicator.kind == "yes_no":
        rule |= {"validate": "list", "source": lists["yes_no"]}
        problem = label("template.refused-yes-no", lang, name=name)
    elif indicator.kind == "category":
        rule |= _classes(indicator, lang)
        problem = label("template.refused-category", lang, name=name)
    else:
        rule |= {"validate": "custom", "value": f"={_possible(cell, indicator)}"}
        span = range_words(indicator.possible, lang)
        problem = label("template.refused-value", lang, name=name, span=span, unit=unit)
        doubt = _outside(fixed, indicator)
        if doubt:
            criteria = f"=AND(ISNUMBER({fixed}),OR({doubt}))"
            sheet.conditional_format(
                at, i, at, i, {"type": "formula", "criteria": criteria, "format": styles.doubt}
            )
    sheet.data_validation(at, i, at, i, {**rule, "error_message": clip(problem, MESSAGE)})


def _classes(indicator: Indicator, lang: str) -> dict[str, Any]:
    """Return the rule of a drop-down of classes; where Excel cannot hold them any text passes."""
    names = [o.get(lang) or n for n, o in zip(indicator.categories, indicator.category_names, strict=True)]
    fits = names and len(",".join(names)) <= MESSAGE and not any("," in n for n in names)
    return {"validate": "list", "source": [*names, "-"]} if fits else {"validate": "any"}


def _possible(cell: str, indicator: Indicator) -> str:
    """Return the condition for a cell: a mark for a missing value, or a possible number."""
    low, high = indicator.possible
    bounds = [f"{cell}>={low:.15g}"] if low is not None else []
    bounds += [f"{cell}<={high:.15g}"] if high is not None else []
    marks = ",".join(f'{cell}="{mark}"' for mark in (*REASONS, "-"))
    return f'OR({marks},LEFT({cell},3)="IE:",AND({",".join([f"ISNUMBER({cell})", *bounds])}))'


def _outside(cell: str, indicator: Indicator) -> str:
    """Return the conditions under which a number is possible and yet not plausible."""
    (low, high), possible = indicator.plausible, indicator.possible
    out = [f"{cell}<{low:.15g}"] if low is not None and low != possible[0] else []
    out += [f"{cell}>{high:.15g}"] if high is not None and high != possible[1] else []
    return ",".join(out)


def _hint(row: Row, lang: str) -> str:
    indicator = row.indicator
    lines = [definition(indicator, lang) or local(row.node.name, lang)]
    if indicator.kind not in ("yes_no", "category"):
        usual = range_words(indicator.plausible, lang)
        unit = local(indicator.unit_label, lang)
        lines.append(label("template.hint", lang, unit=unit, usual=usual))
    return "\n".join(lines)


def definition(indicator: Indicator, lang: str) -> str:
    """Return in one line what is counted, per what.

    Examples
    --------
    >>> definition(Indicator("f:a", {}, numerator={"en": "online"}, denominator={"en": "all"}), "en")
    'online ÷ all'
    """
    above, below = local(indicator.numerator, lang), local(indicator.denominator, lang)
    if above and below:
        return f"{above} ÷ {below}"
    of = local(indicator.of, lang)
    return above or (label("template.share-of", lang, of=of) if of else "")


def range_words(span: tuple[float | None, float | None], lang: str) -> str:
    """Return a range in words; an open end is said, not shown as a sign.

    Examples
    --------
    >>> range_words((0.0, 100.0), "en"), range_words((0.0, None), "en")
    ('0 to 100', '0 or more')
    """
    low, high = span
    kind = {(True, True): "between", (True, False): "from", (False, True): "up-to"}.get(
        (low is not None, high is not None), "any"
    )
    ends = {"low": "" if low is None else number(low), "high": "" if high is None else number(high)}
    return fill(label(f"template.range.{kind}", lang), lang, **ends)


def clip(text: str, limit: int) -> str:
    """Return a text cut to `limit` characters, with a sign that it goes on."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _check_choices(
    sheet: Any, place: Mapping[str, int], last: int, lang: str, lists: Mapping[str, str]
) -> None:
    for key in ("status", "quality"):
        rule = {"validate": "list", "source": lists[key], "error_type": "stop"}
        rule["error_title"] = clip(label("template.refused", lang), MESSAGE_TITLE)
        rule["error_message"] = clip(label(f"template.refused-{key}", lang), MESSAGE)
        if key == "status":
            rule["input_message"] = clip(status_words(lang), MESSAGE)
        sheet.data_validation(HEAD + 1, place[key], last, place[key], rule)
    sheet.data_validation(HEAD + 1, place["year"], last, place["year"], _year_rule(lang))


def _year_rule(lang: str) -> dict[str, Any]:
    return {
        "validate": "integer",
        "criteria": "between",
        "minimum": FIRST_YEAR,
        "maximum": LAST_YEAR,
        "error_title": clip(label("template.refused", lang), MESSAGE_TITLE),
        "error_message": clip(
            label("template.refused-year", lang, first=FIRST_YEAR, last=LAST_YEAR), MESSAGE
        ),
    }


def status_words(lang: str) -> str:
    """Return the codes of the status column with their names, in one line.

    Examples
    --------
    >>> status_words("en")[:25]
    'A: Normal, E: Estimated, '
    """
    names = status_names()
    return ", ".join(f"{code}: {local(names[code], lang)}" for code in STATUSES)


def status_names() -> dict[str, Mapping[str, str]]:
    """Return the names of the codes that the status column offers."""
    return {code: codelist("reason").get(code) or codelist("obs_status")[code] for code in STATUSES}


def _mark_contradictions(sheet: Any, place: Mapping[str, int], last: int, styles: Styles) -> None:
    """Colour a status that says there is no value beside one that is there."""
    value, status = (f"${letters(place[k])}{HEAD + 2}" for k in ("value", "status"))
    reasons = ",".join(f'{status}="{r}"' for r in REASONS if r != "NO")
    criteria = f'=AND(ISNUMBER({value}),OR({reasons},AND({status}="NO",{value}<>0)))'
    for key in ("value", "status"):
        sheet.conditional_format(
            HEAD + 1,
            place[key],
            last,
            place[key],
            {"type": "formula", "criteria": criteria, "format": styles.wrong},
        )


def _set_page(sheet: Any, place: Mapping[str, int], last: int) -> None:
    sheet.freeze_panes(HEAD + 1, place["name"] + 1)
    sheet.autofilter(HEAD, 0, last, max(place.values()))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.8)
    sheet.repeat_rows(HEAD)
    sheet.print_area(0, 0, last, place["note"])
    sheet.set_footer("&L&A&R&P / &N", {"margin": 0.4})
    sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})
    sheet.set_selection(CITY, 1, CITY, 1)
