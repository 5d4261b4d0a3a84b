"""The published edition as a map of its own: saved, opened and drawn like any other.

Its cells are the merged groups. Nothing of the exact map comes along but what was published:
no counts of emitters, no largest ones, no findings about single records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scindex.measure.map.cells import UNALLOCATED, CarbonMap
from scindex.measure.map.edition import Published
from scindex.measure.map.edition_content import PIECE
from scindex.measure.map.edition_tables import Field, column

if TYPE_CHECKING:
    import geopandas as gpd

LEVEL = "cell"
SIZES = ["area_m2", "residents", "floor_area_m2"]


def edition_map(published: Published, carbon_map: CarbonMap) -> CarbonMap:
    """Return the published edition as a map whose cells are the merged groups.

    Parameters
    ----------
    published : Published
    carbon_map : CarbonMap
        The exact map it was made from: gives outlines and coverage.

    Returns
    -------
    CarbonMap
        Its districts are the groups. What is not shown by place has no place; city totals are
        those of the exact map, to the billionth of a tonne.
    """
    groups = _coded(published.groups[published.groups["level"] == LEVEL])
    shown = groups[groups["place"] >= 0]
    outlines = _outlines(published, carbon_map, shown)
    members = published.members[[*PIECE, column(LEVEL)]].rename(columns={column(LEVEL): "group"})
    return CarbonMap(
        pieces=_pieces(published, groups),
        contributors=carbon_map.contributors.iloc[:0],
        coverage=_coverage(carbon_map, members, groups),
        areas=_areas(shown),
        layers=_layers(carbon_map, published.fields),
        districts=outlines,
        grid=None,
        name=carbon_map.name,
        year=carbon_map.year,
        findings=published.findings,
        provenance=published.provenance,
    )


def _coded(groups: pd.DataFrame) -> pd.DataFrame:
    """Give each group that lies in one place its number among the cells, and a code of its own."""
    table = groups.reset_index(drop=True)
    here = (table["shown"] != "not shown") & (table["unallocated"] == 0)
    place = np.where(here, np.cumsum(here) - 1, UNALLOCATED)
    twice = table["name"].duplicated(keep=False)
    code = table["name"].where(~twice, table["name"] + " " + table["districts"])
    return table.assign(place=place.astype(np.int64), code=np.where(here, code, ""))


def _pieces(published: Published, groups: pd.DataFrame) -> pd.DataFrame:
    values = published.values
    by_place = values[(values["level"] == LEVEL) & values["by_place"]]
    rows = by_place.merge(groups[["group", "place", "code"]], on="group", how="left")
    alone = values[~values["by_place"]].assign(place=np.int64(UNALLOCATED), code="")
    rows = pd.concat([rows, alone]).rename(columns={"place": "cell", "code": "district"})
    keys = ["cell", "district", "layer", "year", "scenario", "standing"]
    sums = rows.groupby(keys, as_index=False)["nano"].sum()
    hidden = dict.fromkeys(("units", "largest", "squares"), np.int64(0))
    return sums.assign(**hidden)


def _coverage(carbon_map: CarbonMap, members: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    place = members.merge(groups[["group", "place", "code"]], on="group")
    rows = carbon_map.coverage.merge(place, on=PIECE, how="left").drop(columns=[*PIECE, "group"])
    rows["place"] = rows["place"].fillna(UNALLOCATED).astype(np.int64)
    rows["code"] = rows["code"].fillna("")
    rows = rows.rename(columns={"place": "cell", "code": "district"})
    keys = [c for c in carbon_map.coverage.columns if c not in ("known", "all")]
    return rows.groupby(keys, as_index=False)[["known", "all"]].sum()


def _areas(shown: pd.DataFrame) -> pd.DataFrame:
    return shown.rename(columns={"place": "cell"})[["cell", "code", *SIZES]].rename(
        columns={"code": "district"}
    )


def _layers(carbon_map: CarbonMap, fields: Sequence[Field]) -> pd.DataFrame:
    """Keep the layers that are shown; what is shown as a sum of several is one layer."""
    known = carbon_map.layers.set_index("layer", drop=False)
    rows = []
    for one in fields:
        parts = known.loc[list(one.layers)]
        row = parts.iloc[0].to_dict() | {"layer": one.label}
        if len(parts) > 1:
            for name in ("name_en", "name_ko"):
                if name in parts:
                    row[name] = " + ".join(parts[name].astype(str))
        # a control total is that of the exact records
        rows.append(row | ({"control_nano": 0} if "control_nano" in parts else {}))
    return pd.DataFrame(rows, columns=list(carbon_map.layers.columns))


def _outlines(published: Published, carbon_map: CarbonMap, shown: pd.DataFrame) -> gpd.GeoDataFrame:
    """Draw each group: its cells, cut to their district, as one shape."""
    import geopandas as gpd
    import shapely

    members = published.members.merge(
        shown[["group", "place"]], left_on=column(LEVEL), right_on="group"
    ).sort_values("place", kind="stable")
    shapes = _shapes(carbon_map, members)
    starts = np.flatnonzero(np.diff(members["place"].to_numpy(), prepend=-1))
    parts = np.split(shapes, starts[1:])
    joined = [p[0] if len(p) == 1 else shapely.union_all(p) for p in parts] if len(members) else []
    crs = carbon_map.grid.crs if carbon_map.grid else carbon_map.districts.crs
    about = {"code": shown["code"].to_numpy(), "name": shown["code"].to_numpy()}
    about |= {"residents": shown["residents"].to_numpy(float)}
    return gpd.GeoDataFrame(about, geometry=gpd.GeoSeries(joined, crs=crs))


def _shapes(carbon_map: CarbonMap, members: pd.DataFrame) -> np.ndarray:
    import shapely

    cell = members["cell"].to_numpy(np.int64)
    districts = carbon_map.districts.geometry.to_numpy()
    if carbon_map.grid is None:
        return np.asarray(districts[cell], dtype=object)
    shapes = carbon_map.grid.polygons(cell)
    areas = carbon_map.areas.groupby(PIECE)["area_m2"].sum()
    area = members[PIECE].merge(areas.reset_index(), on=PIECE, how="left")["area_m2"].to_numpy(float)
    index = pd.Index(carbon_map.districts["code"].astype(str)).get_indexer(
        pd.Index(members["district"].astype(str))
    )
    cut = ~(area >= carbon_map.grid.size**2 * (1 - 1e-9))
    inside, outside = cut & (index >= 0), cut & (index < 0)
    shapes[inside] = shapely.intersection(shapes[inside], districts[index[inside]])
    if outside.any():
        shapes[outside] = shapely.difference(shapes[outside], shapely.union_all(districts))
    return shapes
