"""A COINr metadata table (iMeta) -> the text of a framework file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scindex.catalogue.lookup import fold
from scindex.errors import DataError
from scindex.findings import Finding, Severity

Where = Callable[[int, int], str]
"""Returns the address of a cell by its row and column, counted from 0."""

COLUMNS = {
    "code": ("icode",),
    "name": ("iname",),
    "type": ("type",),
    "parent": ("parent",),
    "direction": ("direction",),
    "weight": ("weight",),
    "level": ("level",),
    "unit": ("unit",),
    "target": ("target",),
    "denominator": ("denominator",),
    "scale": ("scalefactor", "scale"),
    "low": ("goalpostlower",),
    "high": ("goalpostupper",),
    "cut": ("goalposttrunc2posts",),
}
"""What a column holds -> its headings, folded, as COINr writes them."""

NEEDED = {"code": "iCode", "type": "Type", "parent": "Parent", "direction": "Direction"}
TYPES = ("indicator", "aggregate", "denominator", "group", "other")
DIRECTIONS = {1.0: "higher", -1.0: "lower"}
NUMBERS = ("direction", "weight", "level", "target", "scale", "low", "high")
BLANK = ("", "NA", "NaN", "n/a", "-")
"""Cells in which R and spreadsheets hold nothing."""


@dataclass
class Entry:
    """One row of the table.

    Attributes
    ----------
    row : int
        Its position, counted from 0.
    text : dict of str to str
        What stands under each column (`COLUMNS`), blanks empty.
    number : dict of str to float
        The same for `NUMBERS`, as far as they are numbers.
    children : list of Entry
        What names it as its parent, in the order of the table.
    above, divisor : Entry or None
        What its parent and its denominator name.
    level : int
        1 for an indicator, counted upwards.
    """

    row: int
    text: dict[str, str]
    number: dict[str, float]
    children: list[Entry] = field(default_factory=list["Entry"], repr=False)
    above: Entry | None = field(default=None, repr=False)
    divisor: Entry | None = field(default=None, repr=False)
    level: int = 0

    @property
    def code(self) -> str:
        """The code as the table has it."""
        return self.text["code"]

    @property
    def slug(self) -> str:
        """The code as an id: letters, digits and underscores."""
        return re.sub(r"\W", "_", self.code)

    @property
    def name(self) -> str:
        """The name, or the code where there is none."""
        return self.text.get("name") or self.code

    @property
    def type(self) -> str:
        """One of `TYPES`, or empty."""
        return self.text["type"].lower()


@dataclass
class Meta:
    """The table while it is read, and what is wrong with it."""

    where: Where
    columns: dict[str, int]
    entries: list[Entry] = field(default_factory=list[Entry])
    by_code: dict[str, Entry] = field(default_factory=dict[str, Entry])
    findings: list[Finding] = field(default_factory=list[Finding])

    def tell(self, code: str, entry: Entry, at: str, severity: Severity = "error", **params: object) -> None:
        """Collect a finding at the cell of an entry under the column `at`."""
        where = self.where(entry.row, self.columns.get(at, self.columns["code"]))
        value = entry.text.get(at, "")
        self.findings.append(
            Finding(code, severity, where=where, value=value, params={"entry": entry.code, **params})
        )

    def line(self, entry: Entry) -> int:
        """Return the number of an entry's row, as a spreadsheet counts."""
        found = re.search(r"\d+$", self.where(entry.row, 0))
        return int(found[0]) if found else entry.row + 1

    def of(self, *types: str) -> list[Entry]:
        """Return the entries of some types, in the order of the table."""
        return [e for e in self.entries if e.type in types]

    def roots(self) -> list[Entry]:
        """Return what hangs under nothing."""
        return [e for e in self.of("indicator", "aggregate") if not e.text["parent"]]


def read_meta(rows: Sequence[Sequence[str]], where: Where) -> Meta:
    """Read an iMeta table and check that it hangs together.

    Parameters
    ----------
    rows : sequence of sequence of str
        The heading, then a row for each indicator, aggregate, denominator, group or other.
    where : callable
        Returns the address of a cell.

    Returns
    -------
    Meta
        With levels and children; warnings only in its findings.

    Raises
    ------
    DataError
        With every fault of the table, each at its cell.

    Examples
    --------
    >>> rows = [["iCode", "Type", "Parent", "Direction"], ["A", "Indicator", "I", "-1"], ["I", "Aggregate"]]
    >>> [(e.code, e.level) for e in read_meta(rows, lambda r, c: "").entries]
    [('A', 1), ('I', 2)]
    """
    heads = [fold(text) for text in rows[0]] if rows else []
    columns = {
        key: heads.index(name) for key, names in COLUMNS.items() for name in names[::-1] if name in heads
    }
    missing = [head for key, head in NEEDED.items() if key not in columns]
    if missing:
        shown = [text for text in rows[0] if text.strip()][:12] if rows else []
        raise DataError(
            Finding("import-columns", where=where(0, 0), params={"missing": missing, "found": shown})
        )
    meta = Meta(where, columns)
    for position, row in enumerate(rows[1:], start=1):
        if any(text.strip() not in BLANK for text in row):
            _read_row(meta, position, row)
    if not meta.of("indicator"):
        meta.findings.append(Finding("import-no-indicator", where=where(0, columns["type"])))
    _hang(meta)
    for entry in meta.of("indicator"):
        _check_denominator(meta, entry)
    if any(f.severity == "error" for f in meta.findings):
        raise DataError(*meta.findings)
    return meta


def _read_row(meta: Meta, position: int, row: Sequence[str]) -> None:
    cells = {key: row[c].strip() if c < len(row) else "" for key, c in meta.columns.items()}
    text = {key: "" if cell in BLANK else cell for key, cell in cells.items()}
    entry = Entry(position, text, {})
    if not entry.code:
        meta.tell("import-no-code", entry, "code")
        return
    earlier = meta.by_code.setdefault(fold(entry.code), entry)
    if earlier is not entry:
        meta.tell("import-twice", entry, "code", other=meta.where(earlier.row, meta.columns["code"]))
        return
    if not re.search(r"\w", entry.slug.replace("_", "")):
        meta.tell("import-no-code", entry, "code")
    if entry.type not in TYPES:
        meta.tell("import-type", entry, "type")
    _read_numbers(meta, entry)
    meta.entries.append(entry)


def _read_numbers(meta: Meta, entry: Entry) -> None:
    for column in NUMBERS:
        text = entry.text.get(column, "")
        if not text:
            continue
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        wrong = column in ("weight", "scale") and (number < 0 or (column == "scale" and number == 0))
        if not abs(number) < float("inf") or wrong:
            meta.tell("import-number", entry, column, column=column)
        else:
            entry.number[column] = number
    _check_direction(meta, entry)


def _check_direction(meta: Meta, entry: Entry) -> None:
    said = entry.number.get("direction")
    if entry.type == "indicator" and said not in DIRECTIONS:
        if said is not None or not entry.text["direction"]:
            meta.tell("import-direction", entry, "direction")
    elif entry.type == "aggregate" and said == -1:
        meta.tell("import-aggregate-direction", entry, "direction", "warning")
    low, high = entry.number.get("low"), entry.number.get("high")
    if (low is None) != (high is None) or (low is not None and high is not None and low >= high):
        meta.tell("import-goalposts", entry, "low", low=low, high=high)


def _hang(meta: Meta) -> None:
    """Give every entry of the tree its children and its level."""
    for entry in meta.of("indicator", "aggregate"):
        text = entry.text["parent"]
        above = meta.by_code.get(fold(text)) if text else None
        if text and above is None:
            meta.tell("import-no-parent", entry, "parent", close=_close(meta, text, "aggregate"))
        elif above is not None and above.type != "aggregate":
            meta.tell("import-parent-type", entry, "parent", type=above.text["type"])
        elif above is not None:
            above.children.append(entry)
            entry.above = above
    _check_tree(meta)
    for root in meta.roots():
        for entry in reversed(below(root)):
            _settle_level(meta, entry)


def _check_tree(meta: Meta) -> None:
    """Report aggregates without anything below them, circles, and children that all weigh nothing."""
    reached = {id(e) for root in meta.roots() for e in below(root)}
    for entry in meta.of("indicator", "aggregate"):
        if not entry.children and entry.type == "aggregate":
            meta.tell("import-empty", entry, "code")
        if id(entry) not in reached and _circles(meta, entry):
            meta.tell("import-cycle", entry, "parent")
        if entry.children and not any(c.number.get("weight", 1.0) for c in entry.children):
            meta.tell("import-weights-zero", entry, "weight")


def _circles(meta: Meta, entry: Entry) -> bool:
    """Whether following the parents of an entry leads back to it."""
    seen: set[int] = set()
    at: Entry | None = entry
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        at = meta.by_code.get(fold(at.text["parent"])) if at.text["parent"] else None
    return at is entry


def below(entry: Entry) -> list[Entry]:
    """Return an entry and all below it, parents before children.

    Examples
    --------
    >>> a, b = (Entry(n, {"code": c}, {}) for n, c in enumerate("ab"))
    >>> a.children.append(b)
    >>> [e.code for e in below(a)]
    ['a', 'b']
    """
    found: list[Entry] = []
    pending = [entry]
    while pending:
        at = pending.pop()
        found.append(at)
        pending.extend(reversed(at.children))
    return found


def _settle_level(meta: Meta, entry: Entry) -> None:
    lowest = 1 + max((c.level for c in entry.children), default=0)
    said = entry.number.get("level")
    entry.level = lowest if said is None else int(said)
    if said is not None and (
        said != int(said) or said < lowest or (entry.type == "indicator") != (said == 1)
    ):
        meta.tell("import-level", entry, "level", lowest=lowest)
        entry.level = lowest


def _check_denominator(meta: Meta, entry: Entry) -> None:
    text = entry.text.get("denominator", "")
    other = meta.by_code.get(fold(text)) if text else None
    if text and (other is None or other is entry or other.type not in ("denominator", "indicator", "other")):
        close = _close(meta, text, "denominator")
        meta.tell("import-denominator", entry, "denominator", close=close)
    entry.divisor = other


def _close(meta: Meta, text: str, wanted: str) -> list[str]:
    from difflib import get_close_matches

    codes = [e.code for e in meta.of(wanted)]
    return get_close_matches(text, codes, n=3) or codes[:5]


def classes_of(rows: Sequence[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """Return the distinct texts of each column of a data table, by its heading, folded.

    Examples
    --------
    >>> classes_of([["uName", "Size"], ["Oslo", "S"], ["Rome", "L"], ["Bonn", "NA"]])["size"]
    ('L', 'S')
    """
    if not rows:
        return {}
    columns = list(zip(*([c.strip() for c in row] for row in rows)))
    return {fold(head): tuple(sorted({t for t in texts if t not in BLANK})) for head, *texts in columns}
