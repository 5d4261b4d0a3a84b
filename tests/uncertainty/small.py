"""A framework and observations of any shape, written down in one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from scindex.catalogue.entries import Framework, Goalposts, Indicator, Node
from scindex.recipe import Recipe
from scindex.scoring import Scores, score


def both(text: str) -> dict[str, str]:
    return {"en": text, "ko": text}


def framework(tree: dict[str, dict[str, float]], posts: dict[str, tuple[float, float]], **more) -> Framework:
    """`tree`: inner node -> weight of each child, "" first; `posts`: leaf -> worst and best.

    `more`: leaf -> fields of its indicator.
    """
    parent = {child: node for node, children in tree.items() for child in children}
    weight = {child: w for children in tree.values() for child, w in children.items()}
    ids = {n: f"s:{n}" if n in posts else n for n in [*tree, *posts]}
    indicators = {
        ids[leaf]: Indicator(
            ids[leaf],
            both(leaf),
            code=leaf.upper(),
            direction="lower" if best < worst else "higher",
            goalposts=Goalposts(worst, best, more.get(leaf, {}).get("standing", "proposed")),
            kind=more.get(leaf, {}).get("kind", "amount"),
            transform=more.get(leaf, {}).get("transform", "none"),
        )
        for leaf, (worst, best) in posts.items()
    }
    order = [*tree, *(leaf for leaf in posts)]
    nodes = {
        ids[n]: Node(
            ids[n],
            both(n),
            "total" if not n else "indicator" if n in posts else "group",
            ids[parent[n]] if n else "",
            tuple(ids[c] for c in tree.get(n, {})),
            weight.get(n, 1.0),
        )
        for n in order
    }
    return Framework("s", both("Small"), "1", ("group", "indicator"), {}, nodes, indicators)


def observations(values: Mapping[str, Sequence[float | None]], year: int = 2020, **columns) -> pd.DataFrame:
    """`values`: leaf -> value in each city; cities are called c0, c1, ..."""
    rows = [
        {
            "city_id": f"c{k}",
            "city": f"C{k}",
            "year": year,
            "indicator": f"s:{leaf}",
            "value": np.nan if value is None else float(value),
            "unit": "",
            "status": "O" if value is None else "A",
            "reason": "",
            "quality": columns.get("quality", ""),
            "source": "",
            "where": "s.csv!A1",
        }
        for leaf, row in values.items()
        for k, value in enumerate(row)
    ]
    return pd.DataFrame(rows)


def scored(tree, posts, values, recipe: Recipe | None = None, **more) -> Scores:
    recipe = Recipe(total=True, show_coverage=0.0) if recipe is None else recipe
    return score(observations(values), framework(tree, posts, **more), recipe=recipe)


TREE = {"": {"left": 3.0, "right": 1.0}, "left": {"a": 1.0, "b": 1.0}, "right": {"c": 2.0, "d": 1.0}}
POSTS = {"a": (0.0, 50.0), "b": (20.0, 0.0), "c": (0.0, 100.0), "d": (0.0, 1.0)}
EFFECTIVE = {"a": 3 / 8, "b": 3 / 8, "c": 1 / 6, "d": 1 / 12}
VALUES = {"a": [10, 25, 40], "b": [15, 5, 10], "c": [70, 30, 20], "d": [0.5, 0.2, 0.9]}
