"""From what people write in a sheet to a unit in pint's syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from scindex.units.spellings import Lexeme, Spellings, fold, spellings

NAMED = {
    ("person", 1e3): "person_1k",
    ("person", 1e4): "person_10k",
    ("person", 1e5): "person_100k",
    ("person", 1e6): "person_1m",
    ("live_birth", 1e3): "live_birth_1k",
    ("live_birth", 1e5): "live_birth_100k",
}
"""Round numbers of people that have a name of their own in ``units.txt``."""

BASES = ("person", "household", "dwelling", "customer", "live_birth", "vehicle", "count")
MASSES = ("g", "kg", "t", "kt", "Mt", "Gt")
TIMES = ("year", "month", "week", "day", "hour", "minute", "second")

NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z_])")
POWER = re.compile(r"(?:\*\*|\^)?(-?[1-9])(?![0-9A-Za-z_])")
WORD = re.compile(r"[A-Za-zμ°_][A-Za-z0-9μ°_]*")
REMARK = re.compile(r"(?<=[^/*\s(\[])\s*[(\[][^()\[\]]*[)\]]$")
BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
SCALE = re.compile(r"-?\d+(?:\.\d+)?\s?(?:-|~|to|\.\.)\s?\d+(?:\.\d+)?")
LATIN = re.compile(r"[A-Za-z0-9μ_]")


LONGEST = 200
"""Characters past which a text is not looked at as a unit."""

MOST = 1e15
"""Numbers from here on are no part of a unit."""


@dataclass(frozen=True, slots=True)
class UnitText:
    """A unit as written, understood.

    Attributes
    ----------
    unit : str
        In pint's syntax; empty for a scale (yes/no, 1-6), which has none.
    of : str
        What a share is a share of, by the one name used for it; empty where not said.
    text : str
        As written.
    """

    unit: str
    of: str
    text: str


class _Unreadable(Exception):
    """The text is no unit; carries the finding code where there is a particular one."""


@lru_cache(maxsize=4096)
def parse(text: str) -> UnitText | None:
    """Understand a unit as people write it, in English or Korean.

    Parameters
    ----------
    text : str
        Contents of a unit column, or of the brackets in a heading.

    Returns
    -------
    UnitText or None
        None where the text is not understood, or has several meanings (`ambiguous`).

    Notes
    -----
    What follows a ``/`` stays below the line: ``kWh/m2·yr`` is per m2 and year.
    ``per 100 000`` without a noun counts people. A remark in brackets at the end is
    dropped: ``ug/m3 (annual mean)``.

    Examples
    --------
    >>> parse("% of households")
    UnitText(unit='percent', of='households', text='% of households')
    >>> parse("인구 10만 명당").unit, parse("톤CO2eq/인·년").unit, parse("㎍/㎥").unit
    ('count/person_100k', 't_CO2e/person/year', 'ug/m**3')
    >>> parse("yes/no").unit, parse("tons") is None
    ('', True)
    """
    if len(text) > LONGEST:
        return None
    folded = fold(text)
    bracketed = BRACKETED.fullmatch(folded)
    try:
        unit, of = _read(bracketed[1] if bracketed else folded)
    except _Unreadable:
        return None
    return UnitText(unit, of, text.strip())


def ambiguous(text: str) -> str | None:
    """Return the code of the finding about a spelling with several meanings, or None.

    Examples
    --------
    >>> ambiguous("tons CO2e"), ambiguous("tonnes CO2e")
    ('unit-ambiguous-ton', None)
    """
    try:
        list(_scan(fold(text[:LONGEST])))
    except _Unreadable as err:
        return str(err) or None
    return None


def same_share(of: str, names: Mapping[str, str]) -> bool:
    """Return whether `of` may mean what the indicator's share is a share of.

    Parameters
    ----------
    of : str
        `UnitText.of`, or a text to be folded the same way.
    names : Mapping
        The indicator's `of` by language; empty where it says nothing.

    Returns
    -------
    bool
        False only where `of` is in the list of shares and nothing of that name stands in
        `names`; what is not said, or not in the list, is never held against a file.

    Examples
    --------
    >>> same_share("inhabitants", {"en": "households"}), same_share("", {"en": "households"})
    (False, True)
    """
    said = _share(of)
    spelled = {said, *(text for text, name in spellings().shares.items() if name == said)}
    wanted = {fold(name).casefold() for name in names.values()}
    return len(spelled) == 1 or not wanted or any(text in name for text in spelled for name in wanted)


def _read(text: str) -> tuple[str, str]:
    table = spellings()
    if not text:
        raise _Unreadable
    whole = table.find(text)
    if whole and whole.kind == "unit":
        return str(whole.value), ""
    bare = REMARK.sub("", text)
    if bare.casefold() in table.scales or SCALE.fullmatch(bare):
        return "", ""
    return _percent(text, table) or (_compose(_scan(bare)), "")


def _percent(text: str, table: Spellings) -> tuple[str, str] | None:
    """Read a share, ``% of X`` or ``X %``: its unit and what it is a share of."""
    first = _longest(text, 0, table)
    if first and first[0] == Lexeme("unit", "percent"):
        rest = text[first[1] :].strip()
        of, period = _split_period(rest)
        if re.match(r"(/|per\b)", of):
            raise _Unreadable
        return "percent" + (f"/{period}" if period else ""), _share(of)
    head, _, last = text.rpartition(" ")
    if table.find(last or text) == Lexeme("unit", "percent"):
        return "percent", _share(head)
    if text.endswith("%"):
        return "percent", _share(text[:-1])
    return None


def _split_period(text: str) -> tuple[str, str]:
    for mark in ("/", "per "):
        before, found, after = text.rpartition(mark)
        lexeme = spellings().find(after.strip()) if found else None
        if lexeme and lexeme.value in TIMES:
            return before.strip(), str(lexeme.value)
    return text, ""


def _share(text: str) -> str:
    table = spellings()
    words = fold(text).casefold().strip(" ,;:()[]").split()
    while words and " ".join(words) not in table.shares and words[0] in table.share_words["before"]:
        words = words[1:]
    key = " ".join(words)
    if key not in table.shares:
        stem = next((key.removesuffix(w) for w in table.share_words["after"] if key.endswith(w)), key)
        key = stem.strip() or key
    return table.shares.get(key) or table.shares.get(key.removeprefix("city ")) or key


def _scan(text: str) -> Iterator[Lexeme]:
    """Cut a folded text into lexemes, taking the longest spelling that fits."""
    table, at, below = spellings(), 0, False
    while at < len(text):
        if text[at] in " *()":
            at += 1
        elif text[at] == "/":
            yield Lexeme("per")
            at, below = at + 1, True
        elif number := NUMBER.match(text, at):
            yield Lexeme("number", _size(number[0]))
            at = number.end()
        else:
            letter = _letter(text, at, table) if below else None
            found = letter or _longest(text, at, table) or _word(text, at, table)
            if found[0].kind == "refused":
                raise _Unreadable(found[0].value)
            yield found[0]
            at, below = found[1], below or found[0].kind == "per"
            if found[0].kind == "of":
                at = _after_noun(text, at, table)


def _size(digits: str) -> float:
    number = float(digits)
    if not 0 < number < MOST:
        raise _Unreadable
    return number


def _letter(text: str, at: int, table: Spellings) -> tuple[Lexeme, int] | None:
    word = WORD.match(text, at)
    return (table.below_line[word[0]], word.end()) if word and word[0] in table.below_line else None


def _longest(text: str, at: int, table: Spellings) -> tuple[Lexeme, int] | None:
    for end in range(min(len(text), at + table.longest), at, -1):
        lexeme = table.find(text[at:end])
        if lexeme is None:
            continue
        latin = LATIN.match(text[end - 1])
        if latin and lexeme.kind == "unit" and POWER.match(text, end):
            return _powered(lexeme, text, end)
        if not latin or not LATIN.match(text, end):
            return lexeme, end
    return None


def _powered(lexeme: Lexeme, text: str, end: int) -> tuple[Lexeme, int]:
    """Return a unit with the exponent glued to it, if one is (``m2``, ``m-3``, ``m**2``)."""
    power = POWER.match(text, end)
    return (Lexeme("unit", f"{lexeme.value}**{power[1]}"), power.end()) if power else (lexeme, end)


def _word(text: str, at: int, table: Spellings) -> tuple[Lexeme, int]:
    """Read a Latin word that is not a spelling: a mass glued to its gas, or a unit of pint's."""
    match = WORD.match(text, at)
    if match is None:
        raise _Unreadable
    word, end = match[0], match.end()
    for gas in range(1, len(word)):
        lexeme, head = table.find(word[gas:]), table.find(word[:gas].rstrip("_"))
        if lexeme and head and lexeme.kind == "gas" and (head.kind == "refused" or head.value in MASSES):
            return (head if head.kind == "refused" else Lexeme("unit", f"{head.value}_{lexeme.value}")), end
    if _in_pint(word):
        return _powered(Lexeme("unit", word), text, end)
    if word[-1] in "123456789" and _in_pint(word[:-1]):
        return Lexeme("unit", f"{word[:-1]}**{word[-1]}"), end
    raise _Unreadable


def _in_pint(word: str) -> bool:
    """Return whether pint knows a word; what is short is as likely a country (ES is an exasiemens)."""
    if len(word) < 3 or "__" in word or word.startswith("_"):
        return False
    from scindex.units.registry import knows

    return knows(word)


def _after_noun(text: str, at: int, table: Spellings) -> int:
    """Return where to go on after ``of``: at a gas, else past the noun (``m2 of green area per ...``)."""
    start = at + len(text[at:]) - len(text[at:].lstrip())
    found = _longest(text, start, table)
    if found and found[0].kind == "gas":
        return start
    ends = [m.start() for m in re.finditer(r"/|\bper\b", text) if m.start() >= at]
    return min(ends, default=len(text))


def _compose(lexemes: Iterable[Lexeme]) -> str:
    """Put lexemes above and below the line and write them in pint's syntax."""
    above: list[Lexeme] = []
    below: list[Lexeme] = []
    anywhere: list[str] = []
    side = above
    for lexeme in lexemes:
        if lexeme.kind == "per":
            _name_people(below)
            side = below
        elif lexeme.kind == "for_each":
            below.extend(above)
            above.clear()
        elif lexeme.kind == "per_unit":
            anywhere.append(str(lexeme.value))
        elif "**-" in str(lexeme.value):
            anywhere.append(str(lexeme.value).replace("**-1", "").replace("**-", "**"))
        elif lexeme.kind not in ("of", "ignored"):
            side.append(lexeme)
    _name_people(below)
    numerator, denominator = _multiply(above), _multiply(below)
    denominator += [unit for unit in anywhere if unit not in denominator]
    if not numerator and not denominator:
        raise _Unreadable
    denominator.sort(key=lambda unit: unit in TIMES)
    if any(unit.startswith("person") for unit in denominator):
        numerator = ["count" if unit == "person" else unit for unit in numerator]
    below_line = "".join(
        f"/({unit})" if "*" in unit.replace("**", "") else f"/{unit}" for unit in denominator
    )
    return ("*".join(numerator) or "count") + below_line


def _name_people(below: list[Lexeme]) -> None:
    """Add the people that a number without a noun counts (``per 100 000``)."""
    if below and below[-1].kind in ("number", "many") and not any(x.value in BASES for x in below):
        below.append(Lexeme("unit", "person"))


def _with_gases(lexemes: list[Lexeme]) -> list[Lexeme]:
    """Join each gas to the mass beside it."""
    joined: list[Lexeme] = []
    for lexeme in lexemes:
        last = joined[-1] if joined else Lexeme("ignored")
        if lexeme.kind == "gas" and last.value in MASSES:
            joined[-1] = Lexeme("unit", f"{last.value}_{lexeme.value}")
        elif last.kind == "gas" and lexeme.value in MASSES:
            joined[-1] = Lexeme("unit", f"{lexeme.value}_{last.value}")
        else:
            joined.append(lexeme)
    if any(lexeme.kind == "gas" for lexeme in joined):
        raise _Unreadable
    return joined


def _multiply(lexemes: list[Lexeme]) -> list[str]:
    """Return the units of one side, each number drawn into the unit it counts.

    A noun before its number is the thing counted (``출생아 10만 명``).
    """
    units: list[str] = []
    number, noun = 1.0, ""
    for kind, value in _with_gases(lexemes):
        if kind == "many" and units and units[-1] not in BASES:
            units[-1] = _times(float(value), units[-1])
            continue
        if kind in ("number", "many"):
            if units and number == 1.0 and units[-1] in BASES:
                noun = units.pop()
            number *= float(value)
            continue
        if noun and value != "person":
            units.append(noun)
        units.append(_times(number, noun if noun and value == "person" else str(value)))
        number, noun = 1.0, ""
    if noun or number != 1.0:
        if not noun:
            raise _Unreadable
        units.append(_times(number, noun))
    return units


def _times(number: float, unit: str) -> str:
    if number == 1.0:
        return unit
    return NAMED.get((unit, number)) or f"{number:.12g}*{unit}"
