"""``python -m scindex.audit`` writes ``docs/concepts/audit-*.md`` again; ``--check`` only compares."""

import sys

from scindex._resources import root
from scindex.audit.pages import stale, write

if __name__ == "__main__":
    folder = root() / "docs" / "concepts"
    check = "--check" in sys.argv[1:]
    names = stale(folder) if check else write(folder)
    sys.stdout.write("".join(f"{name}\n" for name in names))
    sys.exit(1 if check and names else 0)
