"""Look through the factors by words."""

from __future__ import annotations

from collections.abc import Mapping

from scindex import messages
from scindex.catalogue.factor_entries import Factor
from scindex.catalogue.factors import families, load_factors
from scindex.catalogue.search import pattern, plain


def search_factors(text: str, factors: Mapping[str, Factor] | None = None) -> list[Factor]:
    """Return the factors that words describe, in the order of their files.

    Parameters
    ----------
    text : str
        Words in either language; every word has to occur in the id, the names, the
        family, the region or an attribute. Latin words match the beginning of a word.
    factors : Mapping, optional
        Where to look; without it, the factors that come with scindex.

    Examples
    --------
    >>> [f.id for f in search_factors("district heat cheongju CH4")]
    ['district_heat/kr_cheongju.ch4']
    """
    words = [pattern(word) for word in plain(text).split()]
    there = load_factors() if factors is None else factors
    return [f for f in there.values() if words and all(word.search(_described(f)) for word in words)]


def _described(entry: Factor) -> str:
    family = families().get(entry.family)
    kind = "factors.words" if not entry.quantity else "factors.parameter-words"
    said = [
        *(messages.label(kind, lang) for lang in messages.LANGUAGES),
        *entry.name.values(),
        *(family.name.values() if family else ()),
        *(str(value) for value in entry.attributes.values()),
    ]
    ids = " ".join([entry.id, entry.gas, entry.quantity, entry.region]).replace("_", " ").replace("/", " ")
    return plain(" ".join([*said, ids.replace(".", " "), entry.id, entry.purpose]))
