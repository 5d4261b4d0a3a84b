import sys

import pytest

from scindex.cli.common import echo
from scindex.errors import UsageError


class Full:
    """A standard output whose disk is full."""

    encoding = "utf-8"

    def write(self, text):
        raise OSError(28, "No space left on device")

    def flush(self):
        pass


def test_a_full_disk_behind_standard_output_is_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(UsageError) as caught:
        echo("a screen")
    assert caught.value.findings[0].params["reason"] == "No space left on device"
