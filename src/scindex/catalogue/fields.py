"""Read the fields of a YAML mapping by kind; faults are collected with their line, never raised."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, cast

from scindex import messages
from scindex._resources import Lines
from scindex.catalogue.entries import STANDINGS, Names, Source
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.methods import parse

LARGEST = sys.float_info.max
Pair = tuple[float | None, float | None]


class Fields:
    """One mapping of a YAML file, read field by field.

    A field of the wrong kind becomes a finding at its line and an empty value, so that
    one run names every fault of the file.

    Parameters
    ----------
    data : object
        The mapping; anything else is a fault and read as empty.
    file : str
        Name of the file, for ``file.yaml:LINE``.
    findings : list of Finding
        Where faults are collected; shared by all mappings of the file.
    entry : str
        What the mapping describes, as the messages name it.
    line : int
        Line of the key that holds the mapping.
    """

    def __init__(self, data: Any, file: str, findings: list[Finding], *, entry: str, line: int = 1) -> None:
        self.file, self.findings, self.entry, self.line = file, findings, entry, line
        self.data: Mapping[str, Any] = _mapping(data) or Lines()
        if not isinstance(data, Mapping):
            self.fault("entry-wrong-kind", field=entry, kind_name=spoken("field-kind.mapping"), value=data)

    def __contains__(self, key: str) -> bool:
        return self.data.get(key) is not None

    def line_of(self, key: str) -> int:
        """Return the line of `key`, or of the mapping where the key is not there."""
        return getattr(self.data, "lines", {}).get(key, self.line)

    def fault(self, code: str, *, field: str = "", value: Any = None, **params: Any) -> None:
        """Collect an error at the line of `field`."""
        where = f"{self.file}:{self.line_of(field)}"
        shown = value[:80] if isinstance(value, str) else _short(value)
        self.findings.append(
            Finding(code, where=where, value=shown, params={"entry": self.entry, "field": field, **params})
        )

    def known(self, fields: Iterable[str]) -> None:
        """Report every key that is not one of `fields`, with the closest names."""
        names = list(fields)
        for key in self.data:
            if key not in names:
                close = get_close_matches(str(key), names, n=3) or names
                self.fault("entry-unknown-field", field=key, close=close)

    def need(self, *fields: str) -> None:
        """Report every one of `fields` that is missing."""
        for field in fields:
            if field not in self:
                self.fault("entry-missing-field", field=field)

    def text(self, key: str, default: str = "") -> str:
        """Return a text; whole numbers such as a page or a year count as text."""
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        self.fault("entry-wrong-kind", field=key, kind_name=spoken("field-kind.text"), value=value)
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = _list(self.data.get(key) or [])
        if value is None or not all(isinstance(v, str | int) for v in value):
            self.fault(
                "entry-wrong-kind", field=key, kind_name=spoken("field-kind.list"), value=self.data.get(key)
            )
            return ()
        return tuple(str(v) for v in value)

    def names(self, key: str) -> Names:
        """Return text by language; a plain text stands for every language."""
        value = self.data.get(key)
        if value is None:
            return {}
        if isinstance(value, str):
            return {"en": value}
        texts = _mapping(value)
        if texts is not None and all(isinstance(v, str) for v in texts.values()):
            return {str(k): v for k, v in texts.items()}
        self.fault("entry-wrong-kind", field=key, kind_name=spoken("field-kind.names"), value=value)
        return {}

    def choice(self, key: str, choices: Iterable[str], default: str = "") -> str:
        """Return a text that is one of `choices`."""
        value = self.text(key, default)
        allowed = list(choices)
        if value and value not in allowed:
            close = get_close_matches(value, allowed, n=3) or allowed
            self.fault("entry-unknown-choice", field=key, value=value, close=close)
            return default
        return value

    def number(self, key: str, default: float | None = None) -> float | None:
        """Return a finite number, or `default` where the field is null or not there."""
        value = self.data.get(key)
        if value is None:
            return default
        if _is_number(value):
            return float(value)
        self.fault("entry-wrong-kind", field=key, kind_name=spoken("field-kind.number"), value=value)
        return default

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.fault("entry-wrong-kind", field=key, kind_name=spoken("field-kind.flag"), value=value)
        return default

    def pair(self, key: str, *, equal: bool = False) -> Pair:
        """Return ``(low, high)``; null is open. The two may be `equal` where that says something."""
        value = self.data.get(key)
        if value is None:
            return None, None
        ends = _list(value) or []
        if len(ends) != 2 or not all(v is None or _is_number(v) for v in ends):
            self.fault("entry-wrong-kind", field=key, kind_name=spoken("field-kind.pair"), value=value)
            return None, None
        low, high = (None if v is None else float(v) for v in ends)
        if low is not None and high is not None and (low > high or (low == high and not equal)):
            self.fault("entry-range-order", field=key, low=low, high=high)
        return low, high

    def inner(self, key: str, entry: str = "") -> Fields:
        """Return the mapping below `key`, empty where it is not there."""
        value = self.data.get(key)
        value = Lines() if value is None else value
        name = entry or f"{self.entry}, {key}"
        return Fields(value, self.file, self.findings, entry=name, line=self.line_of(key))

    def items(self, key: str) -> list[tuple[str, Fields]]:
        """Return the mappings below `key` by their key, in file order."""
        block = self.inner(key, key)
        return [(str(k), block.inner(k, str(k))) for k in block.data]

    def rows(self, key: str) -> list[Fields]:
        """Return the mappings of a list below `key`."""
        value = _list(self.data.get(key) or [])
        if value is None:
            self.fault(
                "entry-wrong-kind", field=key, kind_name=spoken("field-kind.list"), value=self.data.get(key)
            )
            return []
        line = self.line_of(key)
        return [
            Fields(v, self.file, self.findings, entry=f"{key} {n}", line=_first_line(v, line))
            for n, v in enumerate(value, start=1)
        ]

    def source(self, key: str, base: Source | None = None, standing: str = "published") -> Source:
        """Return a source; publisher, title and year are inherited from `base`.

        So is the address, where a page is given: without one nothing was read there. Where
        the entry names a publisher or a title of its own, nothing is inherited.
        """
        own = self.inner(key)
        own.known(("publisher", "title", "year", "page", "url", "standing", "note"))
        apart = base is None or "publisher" in own or "title" in own
        base = Source() if apart or base is None else base
        year = own.number("year", None if base.year is None else float(base.year))
        return Source(
            publisher=own.text("publisher", base.publisher),
            title=own.text("title", base.title),
            year=None if year is None else int(year),
            page=own.text("page"),
            url=own.text("url", base.url if "page" in own else ""),
            standing=own.choice("standing", STANDINGS, standing),
            note=own.text("note"),
        )


def method(entry: Fields, step: str) -> str:
    """Return the method of a step in a recipe's words; empty where the entry names none."""
    text = entry.text(step)
    try:
        return str(parse(step, text)) if text else ""
    except UsageError as err:
        where = f"{entry.file}:{entry.line_of(step)}"
        entry.findings.extend(replace(f, where=where) for f in err.findings)
        return ""


def spoken(key: str) -> Names:
    """Return a label in every language, to be resolved when a finding is printed."""
    return {lang: messages.label(key, lang) for lang in messages.LANGUAGES}


def _short(value: Any) -> Any:
    return "{...}" if isinstance(value, Mapping) else "[...]" if isinstance(value, list) else value


def _list(value: Any) -> list[Any] | None:
    return cast("list[Any]", value) if isinstance(value, list) else None


def _mapping(value: Any) -> Mapping[str, Any] | None:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _first_line(value: Any, default: int) -> int:
    return min(getattr(value, "lines", {}).values(), default=default)


def merged(base: Mapping[str, Any], over: Mapping[str, Any], *, drop: Iterable[str] = ()) -> Lines:
    """Return `base` with the fields of `over` on top and the lines of both; `drop` leaves `base` out.

    Examples
    --------
    >>> merged({"unit": "percent", "name": "a"}, {"name": "b"}, drop=["unit"])
    {'name': 'b'}
    """
    out = Lines({k: v for k, v in base.items() if k not in set(drop)} | dict(over))
    out.lines = {**getattr(base, "lines", {}), **getattr(over, "lines", {})}
    return out
