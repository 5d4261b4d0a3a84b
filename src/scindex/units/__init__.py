"""Units as people write them, and what converts into what.

One registry (pint, with ``indicators/units.txt`` over its defaults) and one list of
spellings (``indicators/unit_aliases.yaml``). Neither pint nor YAML is loaded before a
text needs it, and pint not at all where the list of spellings settles the matter.
"""

from scindex.units.conversion import convertible, factor, mixed_up, reason
from scindex.units.registry import registry
from scindex.units.text import UnitText, ambiguous, parse, same_share

__all__ = [
    "UnitText",
    "ambiguous",
    "convertible",
    "factor",
    "mixed_up",
    "parse",
    "reason",
    "registry",
    "same_share",
]
