"""Grid losses counted twice: in a consumption-side factor, and again in a line of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context


def check(context: Context) -> Iterator[Finding]:
    """Find years in which a sub-sector has both a factor that holds losses and a losses line."""
    lines = context.counted[(context.counted["scope"] == 2) & (context.counted["factor"] != "")]
    found: dict[tuple[str, str], dict[str, set]] = defaultdict(lambda: {"years": set(), "factors": set()})
    for city_id, year, ref, used in lines[["city_id", "year", "ref", "factor"]].itertuples(index=False):
        factor = context.factors.get(used)
        if factor is None or factor.point != "consumption" or not ref.startswith("I."):
            continue
        losses = ref[: ref.rindex(".")] + ".3"
        held = context.by_city[losses].get((city_id, year), 0.0) if losses in context.by_city else 0.0
        if held > 0:
            found[city_id, losses]["years"].add(int(year))
            found[city_id, losses]["factors"].add(used)
    for (city_id, ref), about in found.items():
        params = {"severity": "error", "factors": sorted(about["factors"])}
        yield context.finding("inv-losses-twice", "certain", city_id, sorted(about["years"]), ref, **params)
