"""A framework file with every kind of field, made of invented parts."""

from __future__ import annotations

import pytest

from scindex import messages
from scindex.catalogue.load import read_framework
from scindex.errors import CatalogueError

FULL = """\
framework: full
name: {en: Full, ko: 전체}
levels: [theme, indicator]
recipe: {normalise: minmax}
nodes:
  life:
    name: {en: Life, ko: 생활}
    weight: 2
    weight_range: [0.3, 0.6]
    nature: reflective
    aggregate: geometric
  work: {name: {en: Work, ko: 일}, weight_range: [0.2, null]}
indicators:
  parks:
    parent: life
    name: {en: Parks, ko: 공원}
    kind: amount
    unit: count
    direction: higher
    possible: [0, 5000]
    denominate: {by: people, scale: 1000, unit_label: {en: per 1000, ko: 천 명당}}
    target: 4
    weight_range: [0.1, 0.9]
    goalposts: {worst: 0, best: 6, standing: proposed}
  rules_on_noise:
    parent: life
    name: {en: Rules on noise, ko: 소음 규정}
    kind: category
    direction: higher
    categories: {none: 0, partial: {score: 50, ko: 일부}, full: 100}
    normalise: categorical
    actionable: false
  income:
    parent: work
    name: {en: Income, ko: 소득}
    kind: rate
    direction: higher
    treat: log
    capped: false
  jobs:
    parent: work
    name: {en: Jobs, ko: 일자리}
    kind: amount
    direction: higher
    denominate: {by: people}
context:
  people: {name: {en: People, ko: 인구}, kind: amount, unit: person, possible: [1, null]}
  size: {name: {en: Size, ko: 규모}, kind: category, categories: [S, {en: Large, ko: 대}]}
weights:
  plain: {life: 3, parks: 0}
  panel:
    method: budget
    allocations:
      kim: {life: 60, work: 40}
      lee: {life: 30, work: 70}
  pairs:
    method: ahp
    judgements:
      - {of: life, over: work, is: 3}
      - {of: work, over: life, is: 0.33}
"""


def line_of(text: str) -> int:
    """Return the number of the first line of `FULL` that holds a text."""
    return next(n for n, line in enumerate(FULL.splitlines(), start=1) if text in line)


def found(write, old: str, new: str) -> list[tuple[str, str]]:
    """Return code and place of each fault of `FULL` with one text replaced."""
    assert old in FULL
    with pytest.raises(CatalogueError) as caught:
        read_framework(write(FULL.replace(old, new, 1)))
    for finding in caught.value.findings:
        for lang in messages.LANGUAGES:
            assert "{" not in messages.line(finding, lang).replace("{...}", "")
    return [(f.code, f.where) for f in caught.value.findings]
