"""The sourced catalogue: frameworks, indicators, target sets and how to find them."""
