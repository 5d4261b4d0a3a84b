"""``python -m scindex``."""

from scindex.cli import main

main()
