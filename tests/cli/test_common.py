import os
import subprocess
import sys

import pytest

from scindex import messages
from scindex.cli.common import echo
from scindex.cli.root import COMMANDS
from scindex.errors import UsageError
from scindex.screens.layout import width


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


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_no_line_of_a_help_page_is_wider_than_the_terminal(command, language):
    call = [sys.executable, "-m", "scindex", *command.split(), "--help", "--lang", language]
    surroundings = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(call, capture_output=True, env=surroundings, check=True)
    text = done.stdout.decode("utf-8")
    assert max(map(width, text.splitlines())) <= 80
    assert "\ue000" not in text
    assert language == "en" or "Example:" not in text
