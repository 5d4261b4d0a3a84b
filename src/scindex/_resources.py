"""Where ``indicators/`` and ``schemas/`` are, and how their YAML is read.

Nothing else knows these places: an installed wheel carries them inside the package,
a checkout (and an editable install) has them at its root.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from scindex.errors import CatalogueError, UsageError
from scindex.findings import Finding

MAX_YAML_BYTES = 5_000_000
MAX_YAML_ALIASES = 100
MAX_YAML_VALUES = 1_000_000
ALIAS = re.compile(r"(?:^|[\s\[{,:?-])\*[^\s*]")
"""What an alias looks like; ``m**2`` does not, so most files need no second scan."""


def root() -> Path:
    """Return the folder that holds ``indicators/`` and ``schemas/``."""
    packaged = Path(__file__).parent / "_data"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


class Lines(dict[Any, Any]):
    """A YAML mapping that remembers the line of each of its keys."""

    lines: dict[str, int]


def read_yaml(path: Path) -> Any:
    """Read a YAML file: safe, no duplicate keys, no alias bombs, line of each key kept.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    object
        Plain lists and scalars; mappings are `Lines`.

    Raises
    ------
    UsageError
        If there is no such file.
    CatalogueError
        If it is not YAML, repeats a key, has a key that is not text (an unquoted
        ``NO`` is read as *false*), or expands too far.
    """
    return parse_yaml(read_definition(path), path.name)


def read_definition(path: Path) -> bytes:
    """Return the bytes of a YAML file within the size limit.

    Raises
    ------
    UsageError
        If there is no such file.
    CatalogueError
        If it is larger than `MAX_YAML_BYTES`.
    """
    try:
        data = path.read_bytes()
    except OSError:
        raise UsageError(Finding("no-such-file", where=path.name, params={"path": str(path)})) from None
    if len(data) > MAX_YAML_BYTES:
        raise CatalogueError(Finding("yaml-too-large", where=path.name, params={"limit": MAX_YAML_BYTES}))
    return data


def parse_plan(data: bytes, name: str, *, wanted: str) -> Lines:
    """Parse a file of choices such as MAP.yaml; `wanted` is what it is usually called.

    Raises
    ------
    UsageError
        If it is another kind of file, such as a table.
    CatalogueError
        If it is no YAML, or holds no fields.
    """
    if not name.lower().endswith((".yaml", ".yml")):
        raise UsageError(Finding("plan-expected", where=name, params={"wanted": wanted}))
    found = parse_yaml(data, name)
    if not isinstance(found, Lines) or not found:
        raise CatalogueError(Finding("plan-empty", where=name, params={"wanted": wanted}))
    return found


def parse_yaml(data: bytes, name: str) -> Any:
    """Parse YAML bytes as `read_yaml` does; `name` stands in the messages.

    Examples
    --------
    >>> parse_yaml(b"a: 1\\nb: [x, y]", "demo.yaml")["b"]
    ['x', 'y']
    """
    import yaml

    try:
        text = data.decode("utf-8-sig")
        aliases = _aliases(text) if ALIAS.search(text) else 0
        value = yaml.load(text, Loader=_loader()) if aliases <= MAX_YAML_ALIASES else None
        if aliases > MAX_YAML_ALIASES or (aliases and _expands_past(value, MAX_YAML_VALUES)):
            raise CatalogueError(Finding("yaml-aliases", where=name, params={"limit": MAX_YAML_ALIASES}))
        return value
    except UnicodeDecodeError as err:
        raise CatalogueError(Finding("yaml-not-utf8", where=name, params={"byte": err.start})) from None
    except yaml.YAMLError as err:
        mark = getattr(err, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        problem = getattr(err, "problem", None) or str(err)
        raise CatalogueError(Finding("yaml-broken", where=where, params={"problem": problem})) from None
    except ValueError as err:
        raise CatalogueError(Finding("yaml-broken", where=name, params={"problem": str(err)})) from None
    except RecursionError:
        raise CatalogueError(
            Finding("yaml-broken", where=name, params={"problem": "nesting too deep"})
        ) from None


def _aliases(text: str) -> int:
    import yaml

    return sum(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, Loader=_loader()))


def _expands_past(value: Any, limit: int) -> bool:
    """Return whether written out a value has more than `limit` parts: aliases of aliases multiply."""
    pending, seen = [value], 0
    while pending and seen <= limit:
        value = pending.pop()
        seen += 1
        if isinstance(value, dict | list):
            pending.extend(value.values() if isinstance(value, dict) else value)
    return seen > limit


@lru_cache(maxsize=1)
def _loader() -> type:
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """C loader that refuses duplicate keys and keeps line marks."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Lines:
            out = Lines()
            out.lines = {}
            for key_node, value_node in node.value:
                key = self.construct_object(key_node, deep=True)
                line = key_node.start_mark.line + 1
                if isinstance(key, bool) or not isinstance(key, str | int | float):
                    raise yaml.MarkedYAMLError(
                        problem=f"key {key_node.value!r} must be quoted text",
                        problem_mark=key_node.start_mark,
                    )
                if key in out:
                    raise yaml.MarkedYAMLError(
                        problem=f"key {key!r} stands twice", problem_mark=key_node.start_mark
                    )
                name: Any = key
                out[name] = self.construct_object(value_node, deep=True)
                out.lines[name] = line
            return out

        def construct_yaml_map(self, node: Any) -> Lines:
            return self.construct_mapping(node, deep=True)

    Loader.add_constructor("tag:yaml.org,2002:map", Loader.construct_yaml_map)
    Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.construct_yaml_str)
    return Loader
