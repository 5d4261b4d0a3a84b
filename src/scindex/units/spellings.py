"""The spellings of ``indicators/unit_aliases.yaml``, folded for look-up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from scindex._resources import read_yaml, root

Kind = Literal["unit", "gas", "number", "many", "per", "of", "for_each", "ignored", "per_unit", "refused"]


class Lexeme(NamedTuple):
    """One word of a unit text: what it is and, in pint's syntax or as a number, its value."""

    kind: Kind
    value: str | float = ""


@dataclass(frozen=True, slots=True)
class Spellings:
    """Every spelling known, by how it is looked up.

    Attributes
    ----------
    exact : dict of str to Lexeme
        Spellings whose case carries meaning (``Mt``).
    folded : dict of str to Lexeme
        Spellings in casefold.
    below_line : dict of str to Lexeme
        Letters that are units below the line only.
    scales : frozenset of str
        Whole texts that name a scale.
    shares : dict of str to str
        What a share can be a share of -> the one name used for it.
    mixed_up : dict of str to list
        Unit -> the units its values are often given in by mistake, with names.
    longest : int
        Length of the longest spelling.
    """

    exact: Mapping[str, Lexeme]
    folded: Mapping[str, Lexeme]
    below_line: Mapping[str, Lexeme]
    scales: frozenset[str]
    shares: Mapping[str, str]
    share_words: Mapping[str, tuple[str, ...]]
    mixed_up: Mapping[str, list[Mapping[str, str]]]
    longest: int

    def find(self, text: str) -> Lexeme | None:
        """Return the lexeme that `text` as a whole spells."""
        return self.exact.get(text) or self.folded.get(text.casefold())


MARKS = str.maketrans(
    {"·": "*", "∙": "*", "⋅": "*", "•": "*", "・": "*", "ㆍ": "*", "×": "*", "⁄": "/", "∕": "/", "÷": "/"}
    | {"−": "-", "‐": "-", "‑": "-", "–": "-", "—": "-", "～": "~", "〜": "~", "’": "'", "µ": "μ"}
)
GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:[ ,']\d{3})+(?![\w.]*\d)")
FULL_STOP = re.compile(r"(?<!\d)\.|\.(?!\d)")
HYPHEN = re.compile(r"(?<=\w)-(?=[^\W\d_])")


def fold(text: str) -> str:
    """Return `text` in one Unicode form with one kind of space, dot, dash and digit group.

    Superscripts become digits, middle dots become ``*``, ``100 000`` and ``100,000``
    become ``100000``; case is kept.

    Examples
    --------
    >>> fold("㎍/㎥"), fold("kWh/m²·년"), fold("per 100 000 person-km")
    ('μg/m3', 'kWh/m2*년', 'per 100000 person km')
    """
    text = unicodedata.normalize("NFKC", text.translate(MARKS)).translate(MARKS)
    text = " ".join(text.split())
    text = GROUPED.sub(lambda m: re.sub(r"\D", "", m[0]), text)
    text = FULL_STOP.sub(" ", text)
    return " ".join(HYPHEN.sub(" ", text).split())


@lru_cache(maxsize=1)
def spellings() -> Spellings:
    """Return the spellings, read once."""
    data = read_yaml(root() / "indicators" / "unit_aliases.yaml")
    exact = {fold(s): Lexeme("unit", unit) for unit, s in _pairs(data["symbols"])}
    folded = {fold(s).casefold(): lexeme for s, lexeme in _folded(data)}
    shares = {fold(s).casefold(): name for name, s in _pairs(data["shares"])}
    return Spellings(
        exact=exact,
        folded=folded,
        below_line={s: Lexeme("unit", unit) for unit, s in _pairs(data["below_line"])},
        scales=frozenset(fold(s).casefold() for s in data["scales"]),
        shares=shares,
        share_words={side: tuple(words) for side, words in data["share_words"].items()},
        mixed_up=data["mixed_up"],
        longest=max(map(len, [*exact, *folded])),
    )


def _folded(data: Mapping[str, Any]) -> Iterator[tuple[str, Lexeme]]:
    kinds: dict[str, Kind] = {
        "units": "unit",
        "gases": "gas",
        "numbers": "many",
        "per_unit": "per_unit",
        "refused": "refused",
    }
    for section, kind in kinds.items():
        yield from ((spelling, Lexeme(kind, value)) for value, spelling in _pairs(data[section]))
    yield from ((spelling, Lexeme(kind)) for kind, spelling in _pairs(data["grammar"]))


def _pairs(section: Mapping[Any, Any]) -> Iterator[tuple[Any, str]]:
    return ((value, str(spelling)) for value, texts in section.items() for spelling in texts)
