"""The rules of the inventory audit, one a file."""
