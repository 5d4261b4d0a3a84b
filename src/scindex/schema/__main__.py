"""``python -m scindex.schema`` writes ``schemas/frameworks/*.json`` again from the catalogue."""

import sys

from scindex._resources import root
from scindex.schema.descriptors import write

if __name__ == "__main__":
    sys.stdout.write("\n".join(write(root() / "schemas" / "frameworks")) + "\n")
