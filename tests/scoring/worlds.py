"""A small world to score: four indicators on two branches, and tables of observations."""

from __future__ import annotations

import pandas as pd

from scindex.catalogue.entries import Denominate, Framework, Goalposts, Indicator, Node, WeightSet


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


def wide(divided: str = "", own: dict[str, str] | None = None, sets: dict | None = None) -> Framework:
    """a, b, c below `left`, d, e, f and the class `kind` below `right`; size and people beside.

    Goalposts are 0 and 100. `divided` is per ten people, `own` names methods of indicators, `sets` weights.
    """
    posts, parent = Goalposts(0, 100, "natural"), dict.fromkeys("abc", "left") | dict.fromkeys("def", "right")
    indicators = {
        f"w:{s}": Indicator(
            f"w:{s}",
            both(s),
            code=s.upper(),
            goalposts=posts,
            normalise=(own or {}).get(s, ""),
            denominate=Denominate("w:people", 10.0) if s == divided else None,
        )
        for s in parent
    }
    indicators["w:kind"] = Indicator(
        "w:kind",
        both("kind"),
        kind="category",
        categories=("x", "y", "z"),
        category_scores=(0.0, 40.0, 100.0),
        normalise="categorical",
    )
    parent["kind"] = "right"
    below = {n: tuple(f"w:{s}" for s, p in parent.items() if p == n) for n in ("left", "right")}
    nodes = {"": Node("", {}, "total", children=("left", "right"))}
    nodes |= {n: Node(n, both(n), "group", "", c) for n, c in below.items()}
    nodes |= {f"w:{s}": Node(f"w:{s}", both(s), "indicator", p) for s, p in parent.items()}
    context = {
        "w:size": Indicator(
            "w:size", both("size"), kind="category", categories=("s", "l"), direction="context"
        ),
        "w:people": Indicator("w:people", both("people"), direction="context"),
    }
    named = {n: WeightSet(n, "plain", weights) for n, weights in (sets or {}).items()}
    levels = ("group", "indicator")
    return Framework(
        "w", both("World"), "1", levels, {}, nodes, indicators, context=context, weight_sets=named
    )
