"""Schemas grown out of the catalogue: what a table must look like, and what a value may be.

`check_ranges` and `check_rules` look at the long observations and address every fault
at its cell; the pandera schemas hold wide frames and the tables of the contract, for
those who work with frames of their own.
"""

from scindex.schema.frames import axis_schema, framework_schema, matrix_schema, table_schema, validate
from scindex.schema.ranges import check_ranges, outside
from scindex.schema.rules import check_rules

__all__ = [
    "axis_schema",
    "check_ranges",
    "check_rules",
    "framework_schema",
    "matrix_schema",
    "outside",
    "table_schema",
    "validate",
]
