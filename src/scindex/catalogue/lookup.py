"""Find an indicator by id, code or name, in any spelling a spreadsheet may use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from scindex.catalogue.entries import Framework, Indicator, Names, Node

KINDS = ("slug", "code", "misprint", "name", "short_name")
"""Kinds of match, best first; a code met in print only counts where no publisher's code fits."""

Table = dict[str, dict[str, None]]
"""Folded text to the ids it stands for, in the order in which they were added."""


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return the letters and digits of a text, for comparing spellings.

    Unicode form (NFKC) and case are folded, spaces and punctuation dropped; accents
    stay, since *Ås* and *As* are two places.

    Examples
    --------
    >>> fold("EN: EN: AQ: 2C") == fold("en.en.aq.2c") == fold("ＥＮ．ＥＮ．ＡＱ．２Ｃ")
    True
    >>> fold("Ålesund") == fold("Alesund")
    False
    """
    if text.isascii():
        return "".join(filter(str.isalnum, text)).lower()
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c for c in plain if c.isalnum() or unicodedata.category(c)[0] == "M")
    return unicodedata.normalize("NFKC", kept)


@lru_cache(maxsize=10_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(map(fold, re.split(r"[\W_]+", text)))


class Lookup:
    """Indicators of some frameworks by every spelling under which a file may name them.

    Parameters
    ----------
    frameworks : sequence of Framework
        An indicator that several share is one indicator.
    context : bool
        Whether the entries of their context are known too.

    Examples
    --------
    >>> from scindex.catalogue.load import load_framework
    >>> lookup = Lookup([load_framework("u4ssc")])
    >>> lookup.find("EN.EN.AQ.2C"), lookup.find("air pollution: PM2.5")
    (('u4ssc:ghg_emissions',), ('u4ssc:air_pollution.pm2_5',))
    >>> lookup.find("EC: ICT: ICT: 4C"), lookup.points("EC: ICT: ICT: 4C")
    ((), ('u4ssc:wireless_broadband_coverage.3g', 'u4ssc:wireless_broadband_coverage.4g'))
    """

    def __init__(self, frameworks: Sequence[Framework], *, context: bool = True) -> None:
        self._indicators: dict[str, Indicator] = {}
        self._tables: dict[str, dict[str, Table]] = {}
        self._points: Table = {}
        self._shown: dict[str, str] = {}
        for framework in frameworks:
            self._add(framework, framework.entries if context else framework.indicators)
        self._together = {kind: _together(t[kind] for t in self._tables.values()) for kind in KINDS}

    def find(self, text: str) -> tuple[str, ...]:
        """Return the ids that a text stands for, by the best kind of match only.

        A qualified id (``u4ssc:ghg_emissions``; after the colon a code or a name may
        stand too) comes first, then slug, code, name. More than one id means that the
        text is ambiguous among the frameworks; none, that it is unknown or stands for
        a KPI with several data points (see `points`).
        """
        if text in self._indicators:
            return (text,)
        framework, _, rest = text.partition(":")
        tables = self._tables.get(fold(framework))
        if tables and rest.strip():
            found = _best(tables, fold(rest))
            if found:
                return found
        return _best(self._together, fold(text))

    def codes(self, text: str) -> tuple[str, ...]:
        """Return the ids that a text stands for as a code, never as a name."""
        key = fold(text)
        return tuple(self._together["code"].get(key) or self._together["misprint"].get(key) or ())

    def points(self, text: str) -> tuple[str, ...]:
        """Return the data points of the KPI that a text names; empty for anything else."""
        return () if self.find(text) else tuple(self._points.get(fold(text), ()))

    def indicator(self, indicator_id: str) -> Indicator:
        """Return an indicator by its id.

        Raises
        ------
        KeyError
            If no framework of this lookup has it.
        """
        return self._indicators[indicator_id]

    def close(self, text: str, n: int = 3) -> list[str]:
        """Return up to `n` codes or names that look like a text, nearest first."""
        near = get_close_matches(fold(text), self._shown, n=n * 2, cutoff=0.6)
        if not near:
            asked = {w for w in map(fold, re.split(r"[\W_]+", text)) if len(w) > 2}
            hits = {key: len(asked & _words(shown)) for key, shown in self._shown.items()}
            if not any(hits.values()):
                hits = {key: sum(len(w) > 3 and w in key for w in asked) for key in self._shown}
            near = sorted((k for k, hit in hits.items() if hit), key=lambda k: (-hits[k], len(k)))
        return list(dict.fromkeys(self._shown[key] for key in near))[:n]

    def _add(self, framework: Framework, entries: Mapping[str, Indicator]) -> None:
        tables: dict[str, Table] = {kind: {} for kind in KINDS}
        for indicator in entries.values():
            self._indicators.setdefault(indicator.id, indicator)
            if "." in indicator.slug:
                self._add_point(tables, indicator, framework.nodes.get(indicator.id.rpartition(".")[0]))
            else:
                self._add_leaf(tables, indicator)
        for alias, target in framework.aliases.items():
            slug = alias.removeprefix(f"{framework.id}:")
            kind = "slug" if slug != alias else "name" if " " in alias or len(alias) > 12 else "code"
            self._note(tables[kind], slug, target)
        key = fold(framework.id)
        self._tables[key] = (
            {k: _together([self._tables[key][k], tables[k]]) for k in KINDS}
            if key in self._tables
            else tables
        )

    def _add_leaf(self, tables: dict[str, Table], indicator: Indicator) -> None:
        names = [*indicator.name.values(), *indicator.aliases]
        self._note(tables["slug"], indicator.slug, indicator.id)
        self._note(tables["code"], indicator.code, indicator.id)
        for code in indicator.codes:
            self._note(tables["misprint"], code, indicator.id, show=False)
        for name in names:
            self._note(tables["name"], name, indicator.id)
            self._note(tables["short_name"], without_brackets(name), indicator.id, show=False)

    def _add_point(self, tables: dict[str, Table], indicator: Indicator, kpi: Node | None) -> None:
        """Note a data point; `kpi` is None where the framework took over the point alone."""
        slug, _, point = indicator.slug.rpartition(".")
        names: Names = kpi.name if kpi else {}
        labels = {
            point,
            *(n.removeprefix(f"{names[lang]}: ") for lang, n in indicator.name.items() if lang in names),
        }
        self._note(tables["slug"], indicator.slug, indicator.id)
        for label in sorted(labels):
            self._note(tables["code"], f"{indicator.code}: {label}" if indicator.code else "", indicator.id)
            for code in indicator.codes:
                self._note(tables["misprint"], f"{code}: {label}", indicator.id, show=False)
            for name in names.values():
                self._note(tables["name"], f"{name}: {label}", indicator.id, show=False)
        for name in (*indicator.name.values(), *indicator.aliases):
            self._note(tables["name"], name, indicator.id)
        for text in (
            slug,
            f"{indicator.framework}:{slug}",
            indicator.code,
            *indicator.codes,
            *names.values(),
        ):
            self._note(self._points, text, indicator.id, show=False)

    def _note(self, table: Table, text: str, indicator_id: str, *, show: bool = True) -> None:
        key = fold(text)
        if key:
            table.setdefault(key, {})[indicator_id] = None
            if show:
                self._shown.setdefault(key, text)


def without_brackets(name: str) -> str:
    """Return a name without what stands in round brackets.

    Examples
    --------
    >>> without_brackets("기대수명(출생 시)"), without_brackets("Gini Coefficient")
    ('기대수명', 'Gini Coefficient')
    """
    return re.sub(r"\s*[(（][^()（）]*[)）]", "", name).strip()


def _best(tables: dict[str, Table], key: str) -> tuple[str, ...]:
    return next((tuple(tables[kind][key]) for kind in KINDS if key in tables[kind]), ())


def _together(tables: Iterable[Table]) -> Table:
    out: Table = {}
    for table in tables:
        for key, ids in table.items():
            out.setdefault(key, {}).update(ids)
    return out
