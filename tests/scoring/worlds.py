"""A small world to score: four indicators on two branches, and tables of observations."""

from __future__ import annotations

import pandas as pd

from scindex.catalogue.entries import Framework, Goalposts, Indicator, Node


def both(text: str) -> dict[str, str]:
    return {"en": text, "ko": text}


def framework(**recipe) -> Framework:
    """`left` holds a (more is better) and b (less is better); `right` holds c and d, d without goalposts."""
    posts = {
        "a": Goalposts(0, 100, "natural"),
        "b": Goalposts(50, 0, "proposed"),
        "c": Goalposts(0, 10, "published"),
    }
    indicators = {
        f"w:{s}": Indicator(
            f"w:{s}",
            both(s),
            code=s.upper(),
            goalposts=posts.get(s),
            axis=axis,
            dimension=dimension,
            direction="lower" if s == "b" else "higher",
        )
        for s, axis, dimension in (
            ("a", "digitalisation", "connectivity"),
            ("b", "impact", "water"),
            ("c", "impact", "inclusion"),
            ("d", "impact", "inclusion"),
        )
    }
    nodes = {"": Node("", {}, "total", children=("left", "right"))}
    nodes |= {
        n: Node(n, both(n), "group", "", c) for n, c in (("left", ("w:a", "w:b")), ("right", ("w:c", "w:d")))
    }
    parent = {"w:a": "left", "w:b": "left", "w:c": "right", "w:d": "right"}
    nodes |= {i: Node(i, both(i), "indicator", parent[i]) for i in indicators}
    return Framework("w", both("World"), "1", ("group", "indicator"), {}, nodes, indicators, recipe=recipe)


def observations(rows) -> pd.DataFrame:
    """Rows of (city, year, indicator slug, value or None or 'M')."""
    return pd.DataFrame(
        [
            {
                "city_id": city.casefold(),
                "city": city,
                "year": year,
                "indicator": f"w:{slug}",
                "value": float("nan") if value in (None, "M") else float(value),
                "unit": "",
                "status": "M" if value == "M" else "O" if value is None else "A",
                "reason": "NA" if value == "M" else "",
                "quality": "",
                "source": "",
                "where": "w.csv!A1",
            }
            for city, year, slug, value in rows
        ]
    )
