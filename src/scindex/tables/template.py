"""A workbook for a city to fill in, which reads back without loss."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

from scindex.catalogue.entries import Framework
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.messages import LANGUAGES, label, local
from scindex.tables.named import FIRST_YEAR, LAST_YEAR
from scindex.tables.template_data import Given, write_data
from scindex.tables.template_guide import write_definitions, write_notes
from scindex.tables.template_styles import make_styles
from scindex.tables.write import whole

CREATED = datetime.datetime(2000, 1, 1)
"""No clock in any output: the same template is the same bytes."""


def build_template(
    framework: Framework, *, lang: str = "en", city: str = "", year: int | None = None
) -> bytes:
    """Make the workbook in which a city reports a framework's indicators.

    Parameters
    ----------
    framework : Framework
    lang : {"en", "ko"}
        Language of headings, names and explanations. Either reads back the same.
    city : str
        Written into every row; left out, it is typed once above the table.
    year : int, optional
        Calendar year described; as `city`.

    Returns
    -------
    bytes
        An XLSX file with the sheets data, definitions and notes. The same arguments
        always give the same bytes.

    Raises
    ------
    UsageError
        If the year is no calendar year that can be read back, or the language unknown.

    Examples
    --------
    >>> from scindex.catalogue.load import load_framework
    >>> build_template(load_framework("u4ssc"), city="Oslo", year=2024)[:2]
    b'PK'
    """
    _check(lang, year)
    import xlsxwriter

    out = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **safe})
    book.set_properties(
        {
            "title": label(
                "template.title", lang, framework=local(framework.name, lang), edition=framework.edition
            ),
            "created": CREATED,
        }
    )
    styles = make_styles(book, lang)
    data, definitions, notes = (
        book.add_worksheet(label(f"template.sheet.{name}", lang)) for name in ("data", "definitions", "notes")
    )
    lists = write_notes(notes, framework, lang=lang, styles=styles)
    write_definitions(definitions, framework, lang=lang, styles=styles)
    given = Given(" ".join(city.split()), year)
    write_data(data, framework, lang=lang, given=given, styles=styles, lists=lists)
    book.close()
    return out.getvalue()


def write_template(
    framework: Framework,
    path: Path,
    *,
    lang: str = "en",
    city: str = "",
    year: int | None = None,
    force: bool = False,
) -> None:
    """Write the workbook of `build_template` to a file, whole or not at all.

    Parameters
    ----------
    framework, lang, city, year
        As in `build_template`.
    path : Path
        Ends in ``.xlsx``.
    force : bool
        Whether an existing file may be replaced.

    Raises
    ------
    UsageError
        If the ending is another, the file exists, or it cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(Finding("unknown-ending", where=path.name, params={"endings": [".xlsx"]}))
    workbook = build_template(framework, lang=lang, city=city, year=year)
    with whole(path, force=force) as temporary:
        temporary.write_bytes(workbook)


def _check(lang: str, year: int | None) -> None:
    if lang not in LANGUAGES:
        raise UsageError(Finding("template-language", value=lang, params={"languages": list(LANGUAGES)}))
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise UsageError(
            Finding("template-year", value=year, params={"first": FIRST_YEAR, "last": LAST_YEAR})
        )
