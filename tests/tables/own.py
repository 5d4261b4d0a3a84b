"""A framework with groups, classes and denominators, and short ways to read with it."""

from __future__ import annotations

from functools import lru_cache

from scindex._resources import parse_yaml
from scindex.catalogue.assemble import assemble
from scindex.catalogue.load import load_framework

TEXT = """\
framework: own
name: {en: Own, ko: 자체}
edition: "1"
levels: [indicator]
indicators:
  parks: {name: {en: Parks, ko: 공원}, kind: amount, unit: count, direction: higher, denominate: {by: people}}
  length: {name: {en: Length, ko: 길이}, kind: amount, unit: km, direction: higher}
  noise:
    name: {en: Noise rules, ko: 소음 규정}
    kind: category
    direction: higher
    categories: {none: 0, partial: {score: 50, ko: 일부}, full: 100}
  strange: {name: {en: Strange, ko: 이상}, kind: rate, unit_label: Thousand seats, direction: higher}
context:
  people: {name: {en: People, ko: 인구}, kind: amount, unit: person, possible: [1, null]}
  size: {name: {en: Size group, ko: 규모}, kind: category, categories: [S, {en: M, ko: 중}, C]}
  zone: {name: {en: Zone, ko: 구역}, kind: category, categories: []}
rules:
  - {rule: at_most, of: [parks, people]}
"""


@lru_cache
def own():
    return assemble(parse_yaml(TEXT.encode(), "own.yaml"), "own.yaml", load_framework)
