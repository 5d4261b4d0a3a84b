"""Pandera schemas of wide frames and of the contract's tables, built from the catalogue and YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from scindex._resources import read_yaml, root
from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import Framework, Indicator, Rule
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.schema.ranges import spell_range
from scindex.schema.rules import broken

if TYPE_CHECKING:
    import pandera.pandas as pa

TABLES = ("observations", "scores", "findings", "cells")
KEY = ("city_id", "year")


def matrix_schema(indicators: Iterable[Indicator], rules: Iterable[Rule] = ()) -> pa.DataFrameSchema:
    """Build the schema of a city-by-indicator frame from catalogue entries.

    Parameters
    ----------
    indicators : iterable of Indicator
        One column each, by id; a frame may lack any of them.
    rules : iterable of Rule
        Checked over the frame where all their indicators are columns; a row with a
        missing part passes.

    Returns
    -------
    DataFrameSchema
        Index (city_id, year), unique. A value outside the possible range fails, one
        outside the plausible range warns. Unit, standing and ranges are the columns'
        metadata. Use it lazily, so that every failure is reported: see `validate`.

    Examples
    --------
    >>> share = Indicator("demo:share", {"en": "Share"}, unit="percent", possible=(0, 100))
    >>> matrix_schema([share]).columns["demo:share"].metadata["unit"]
    'percent'
    """
    import pandera.pandas as pa

    columns = {indicator.id: _column(indicator) for indicator in indicators}
    key = pa.MultiIndex(
        [pa.Index(str, name="city_id"), pa.Index(int, pa.Check.in_range(1900, 2100), name="year")],
        unique=list(KEY),
        strict=True,
    )
    checks = [_frame_check(rule) for rule in rules if set(rule.indicators) <= set(columns)]
    return pa.DataFrameSchema(columns, index=key, checks=checks)


def framework_schema(framework: Framework) -> pa.DataFrameSchema:
    """Build the schema of a frame with the entries of a framework, cross-rules included."""
    schema = matrix_schema(framework.entries.values(), framework.rules)
    schema.name, schema.title = framework.id, framework.name.get("en")
    return schema


def axis_schema(framework: Framework, axis: str) -> pa.DataFrameSchema:
    """Build the schema of a frame with the indicators that a framework has on one OECD axis.

    Raises
    ------
    UsageError
        If there is no such axis, naming those there are.
    """
    schema = matrix_schema(on_axis(framework, axis), framework.rules)
    schema.name, schema.title = f"{framework.id}-{axis}", framework.name.get("en")
    return schema


def on_axis(framework: Framework, axis: str) -> list[Indicator]:
    """Return the indicators that a framework has on one OECD axis, in its own order."""
    if axis not in codelist("axis"):
        raise UsageError(Finding("unknown-axis", params={"wanted": axis, "choices": list(codelist("axis"))}))
    return [indicator for indicator in framework.indicators.values() if indicator.axis == axis]


@lru_cache
def table_shape(name: str) -> Mapping[str, Any]:
    """Return ``schemas/tables/<name>.yaml``: what one row is, its key, its columns.

    Raises
    ------
    UsageError
        If there is no such table, naming those there are.
    """
    if name not in TABLES:
        raise UsageError(Finding("unknown-table", params={"wanted": name, "choices": list(TABLES)}))
    return read_yaml(root() / "schemas" / "tables" / f"{name}.yaml")


def table_schema(name: str) -> pa.DataFrameSchema:
    """Build the schema of a table of the contract.

    Parameters
    ----------
    name : str
        ``observations``, ``scores`` or ``findings``.

    Returns
    -------
    DataFrameSchema
        Text may be categorical, and a whole number with gaps may be float. Nothing is
        coerced; further columns pass.

    Examples
    --------
    >>> list(table_schema("observations").columns)[:3]
    ['city_id', 'city', 'year']
    """
    import pandera.pandas as pa

    shape = table_shape(name)
    columns = {column: _table_column(spec) for column, spec in shape["columns"].items()}
    return pa.DataFrameSchema(
        columns, unique=list(shape["key"]) or None, name=name, description=shape["row"]["en"]
    )


def validate(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Return `frame` if it fits `schema`, or raise every failure at once.

    Parameters
    ----------
    frame : DataFrame
        Left as it is.
    schema : DataFrameSchema
        From one of the builders here.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        With a `schema-failed` for each failing value and each broken rule, in the
        order of the frame's columns and rows.
    """
    import pandera.pandas as pa

    try:
        return schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as err:
        cases: pd.DataFrame = err.failure_cases
    findings = [_failure(case) for case in cases.to_dict("records")]
    column = {str(name): at for at, name in enumerate(frame.columns)}
    row = {str(label): at for at, label in enumerate(frame.index)}
    findings.sort(key=lambda f: (column.get(f.indicator, -1), row.get(f.params["row"], -1)))
    # A rule over the frame fails once for each column of the row; it is told once.
    told = {(f.indicator, f.params["row"], f.params["check"], f.value): f for f in findings}
    raise DataError(*told.values())


def _failure(case: Mapping[Any, Any]) -> Finding:
    whole = case["schema_context"] != "Column" or pd.isna(case["column"])
    column = "" if whole else str(case["column"])
    row = "" if case["index"] is None else str(case["index"])
    value = None if case["schema_context"] == "DataFrameSchema" and row else case["failure_case"]
    params = {"column": column, "row": row, "check": str(case["check"])}
    return Finding("schema-failed", indicator=column, value=value, params=params)


def _column(indicator: Indicator) -> pa.Column:
    import pandera.pandas as pa

    checks = []
    if indicator.kind == "yes_no":
        checks.append(pa.Check.isin([0.0, 1.0], error="0 or 1"))
    elif indicator.categories:
        n = len(indicator.categories)
        checks.append(pa.Check.isin([float(i) for i in range(1, n + 1)], error=f"1 to {n}"))
    elif indicator.possible != (None, None):
        checks.append(_within(indicator.possible, "possible"))
    if indicator.plausible != (None, None):
        checks.append(_within(indicator.plausible, "plausible", raise_warning=True))
    metadata = {
        "unit": indicator.unit,
        "of": dict(indicator.of),
        "standing": indicator.source.standing,
        "possible": indicator.possible,
        "plausible": indicator.plausible,
        "axis": indicator.axis,
    }
    title, description = indicator.name.get("en"), indicator.numerator.get("en") or None
    return pa.Column(
        float, checks, nullable=True, required=False, title=title, description=description, metadata=metadata
    )


def _within(pair: tuple[float | None, float | None], name: str, **options: Any) -> pa.Check:
    import pandera.pandas as pa

    said = f"{name}: {spell_range(pair)['en']}"
    low, high = pair
    if low is None:
        return pa.Check.less_than_or_equal_to(high, error=said, name=name, **options)
    if high is None:
        return pa.Check.greater_than_or_equal_to(low, error=said, name=name, **options)
    return pa.Check.in_range(low, high, error=said, name=name, **options)


def _frame_check(rule: Rule) -> pa.Check:
    import pandera.pandas as pa

    def holds(frame: pd.DataFrame) -> pd.Series:
        missing = set(rule.indicators) - set(frame.columns)
        if missing:
            return pd.Series(True, index=frame.index)
        parts = [frame[name].to_numpy(dtype=float) for name in rule.indicators]
        return pd.Series(~broken(rule, parts), index=frame.index)

    said = f"{rule.kind}: {', '.join(rule.indicators)}"
    return pa.Check(holds, name=said, error=said, raise_warning=rule.severity == "warning")


def _table_column(spec: Mapping[str, Any]) -> pa.Column:
    import pandera.pandas as pa

    kind = spec["type"]
    checks = [] if kind == "any" else [pa.Check(HOLDS[kind], error=f"type: {kind}")]
    allowed = list(codelist(spec["codelist"])) if "codelist" in spec else list(spec.get("allowed", []))
    if allowed:
        allowed += [""] if spec.get("empty") else []
        checks.append(pa.Check(lambda column: column.isin(allowed), error=f"one of: {', '.join(allowed)}"))
    for bound, check in (("minimum", pa.Check.ge), ("maximum", pa.Check.le)):
        if bound in spec:
            checks.append(check(spec[bound], error=f"{bound}: {spec[bound]}"))
    return pa.Column(
        None,
        checks,
        nullable=bool(spec.get("nullable")),
        required=bool(spec.get("required", True)),
        description=spec["meaning"]["en"],
        metadata=dict(spec),
    )


def _holds_text(column: pd.Series) -> bool:
    kind: Any = column.dtype
    labels = kind.categories if isinstance(kind, pd.CategoricalDtype) else column
    return bool(pd.api.types.is_string_dtype(labels)) or len(labels) == 0


def _holds_whole(column: pd.Series) -> bool:
    if pd.api.types.is_integer_dtype(column):
        return True
    return bool(pd.api.types.is_float_dtype(column)) and bool((column.dropna() % 1 == 0).all())


HOLDS = {
    "str": _holds_text,
    "float": lambda column: bool(pd.api.types.is_float_dtype(column)),
    "int": _holds_whole,
    "bool": lambda column: bool(pd.api.types.is_bool_dtype(column)),
}
"""Type in ``schemas/tables`` -> whether a column is of it."""
