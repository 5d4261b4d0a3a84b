"""Fonts for a picture with Korean words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from scindex.extras import need
from scindex.findings import Finding

PREFERRED = (
    "NanumGothic",
    "NanumBarunGothic",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "AppleGothic",
    "Source Han Sans KR",
    "UnDotum",
    "Noto Sans CJK JP",
)
"""Families with Hangul, best first."""

LATIN = "DejaVu Sans"
"""The family that matplotlib brings along."""


@lru_cache
def hangul_family() -> str:
    """Return the best installed family with Hangul; empty if there is none."""
    installed = {font.name for font in need("map", "matplotlib.font_manager").fontManager.ttflist}
    return next((name for name in PREFERRED if name in installed), "")


def families(texts: Iterable[str]) -> tuple[list[str], tuple[Finding, ...]]:
    """Return font families that can write these texts, in order of use.

    Parameters
    ----------
    texts : iterable of str

    Returns
    -------
    families : list of str
        A letter that one lacks is taken from the next.
    findings : tuple of Finding
        A warning if there is Hangul and no font for it.
    """
    if not any(re.search("[ㄱ-ㆎ가-힣]", text) for text in texts):
        return [LATIN], ()
    family = hangul_family()
    if family:
        return [family, LATIN], ()
    return [LATIN], (Finding("map-no-hangul-font", "warning", params={"families": list(PREFERRED[:4])}),)
