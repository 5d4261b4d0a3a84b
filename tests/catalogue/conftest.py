from __future__ import annotations

from pathlib import Path

import pytest

from scindex.catalogue.load import load_framework


@pytest.fixture(scope="session")
def u4ssc():
    return load_framework("u4ssc")


@pytest.fixture(scope="session")
def oecd():
    return load_framework("oecd")


@pytest.fixture(scope="session")
def reference(shared) -> Path:
    """Folder of the reference facts that the catalogue was made from."""
    return shared / "reference"


@pytest.fixture
def write(tmp_path):
    """Write a YAML file and return its path."""

    def write_(text: str, name: str = "pilot.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_
