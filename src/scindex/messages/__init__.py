"""English and Korean sentences by code: the one mechanism behind every word shown.

Texts live beside this file in ``<language>/<topic>/<room>.toml``: ``findings`` (text and
remedy by code), ``help`` (commands and options), ``labels`` (headings and words), one
file for each room of the house that speaks.
TOML, because the standard library reads it: ``--help`` must not wait for a YAML parser.
"""

from __future__ import annotations

import os
import string
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from scindex.findings import Finding

LANGUAGES = ("en", "ko")
_current: list[str] = []


def language() -> str:
    """Return the language in force: `use`, else ``SCINDEX_LANG``, else the locale.

    Returns
    -------
    str
        ``"en"`` or ``"ko"``.
    """
    if _current:
        return _current[-1]
    wanted = os.environ.get("SCINDEX_LANG") or next(
        (os.environ[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(v)), ""
    )
    return "ko" if wanted.lower().startswith("ko") else "en"


def use(lang: str | None) -> None:
    """Fix the language for this process; None returns to the environment's."""
    _current.clear()
    if lang:
        _current.append(lang)


@lru_cache
def catalogue(lang: str, topic: str) -> dict[str, Any]:
    """Return the texts of one topic in one language, by code."""
    texts: dict[str, Any] = {}
    for path in sorted((Path(__file__).parent / lang / topic).glob("*.toml")):
        texts |= tomllib.loads(path.read_text(encoding="utf-8"))
    return texts


def local(names: Any, lang: str | None = None) -> str:
    """Return the entry of a ``{"en": ..., "ko": ...}`` mapping in the language in force.

    Examples
    --------
    >>> local({"en": "Waste", "ko": "폐기물"}, "ko")
    '폐기물'
    """
    if not isinstance(names, Mapping):
        return str(names)
    return str(names.get(lang or language()) or names.get("en") or "")


def number(value: float) -> str:
    """Return a number as a reader writes it: no trailing ``.0``, thin thousands.

    Examples
    --------
    >>> number(95424.0), number(0.1 + 0.2), number(1e-9)
    ('95 424', '0.3', '1e-09')
    """
    if value != value:
        return "-"
    whole_number = int_or(value)
    short = str(whole_number) if isinstance(whole_number, int) else f"{value:.6g}"
    if "e" in short or "inf" in short:
        return short
    whole, dot, rest = short.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if len(digits) > 4:
        digits = f"{int(digits):,}".replace(",", " ")
    return sign + digits + dot + rest


def int_or(value: float) -> float | int:
    """Return a whole float below 1e15 as int, anything else unchanged."""
    if isinstance(value, float) and abs(value) < 1e15 and value == int(value):
        return int(value)
    return value


class _Fill(string.Formatter):
    """Format with the reader's language and number style; a missing name shows as itself."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key, "{" + str(key) + "}") if isinstance(key, str) else ""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Mapping):
            return local(value, self.lang)
        if isinstance(value, list | tuple):
            return ", ".join(self.format_field(v, "") for v in value) or "-"
        if isinstance(value, bool) or value is None:
            return "" if value is None else str(value)
        if isinstance(value, int | float) and not format_spec:
            return number(value)
        return format(value, format_spec)


def fill(template: str, lang: str | None = None, **params: Any) -> str:
    """Return `template` with its ``{names}`` filled from `params` for a reader of `lang`."""
    return _Fill(lang or language()).format(template, **params)


def label(key: str, lang: str | None = None, **params: Any) -> str:
    """Return a heading or word by key; falls back to English, then to the key itself."""
    lang = lang or language()
    text = catalogue(lang, "labels").get(key) or catalogue("en", "labels").get(key) or key
    return fill(text, lang, **params) if params else text


def text(finding: Finding, lang: str | None = None) -> str:
    """Return the sentence of a finding."""
    return _part(finding, "text", lang) or finding.code


def remedy(finding: Finding, lang: str | None = None) -> str:
    """Return what to do about a finding; empty where nothing is to be done."""
    return _part(finding, "remedy", lang)


def _part(finding: Finding, part: str, lang: str | None) -> str:
    lang = lang or language()
    for tongue in (lang, "en"):
        entry = catalogue(tongue, "findings").get(finding.code)
        if entry and part in entry:
            known = {
                "value": finding.value,
                "city": finding.city,
                "year": finding.year,
                "where": finding.where,
            }
            return fill(entry[part], lang, **{**known, "indicator": finding.indicator, **finding.params})
    return ""


def sentence(finding: Finding, lang: str | None = None) -> str:
    """Return what a finding says and what to do, with a full stop between the two."""
    said, help_ = text(finding, lang).strip(), remedy(finding, lang).strip()
    if help_ and said and said[-1] not in ".!?:":
        said += "."
    return f"{said} {help_}".strip()


def line(finding: Finding, lang: str | None = None) -> str:
    """Return a finding on one line: where, severity, sentence, remedy.

    Examples
    --------
    >>> line(Finding("unknown-framework", params={"wanted": "u4sc", "close": "u4ssc"}), "en")
    "error: no framework is called 'u4sc'. Did you mean u4ssc?"
    """
    where = f"{finding.where}: " if finding.where else ""
    severity = label(f"severity.{finding.severity}", lang)
    return f"{where}{severity}: {sentence(finding, lang)}"


def codes() -> list[str]:
    """Return every finding code that has a sentence."""
    return sorted(catalogue("en", "findings"))
