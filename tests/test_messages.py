"""Every sentence exists in both languages, with the same blanks to fill."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from scindex import messages
from scindex.findings import Finding

SRC = Path(messages.__file__).parents[1]
TOPICS = ("findings", "labels", "help")


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_have_the_same_keys(topic):
    assert set(messages.catalogue("en", topic)) == set(messages.catalogue("ko", topic))


@pytest.mark.parametrize("topic", TOPICS)
def test_no_two_files_of_a_topic_share_a_key(topic):
    import tomllib

    folder = SRC / "messages" / "en" / topic
    keys = [k for p in folder.glob("*.toml") for k in tomllib.loads(p.read_text(encoding="utf-8"))]
    assert len(keys) == len(set(keys))


def test_korean_texts_fill_the_same_blanks():
    for code, entry in messages.catalogue("en", "findings").items():
        korean = messages.catalogue("ko", "findings")[code]
        for part in ("text", "remedy"):
            assert blanks(korean[part]) <= blanks(entry["text"] + entry["remedy"]), (code, part)
    for key, text in messages.catalogue("en", "labels").items():
        assert blanks(messages.catalogue("ko", "labels")[key]) == blanks(text), key


def test_korean_texts_are_korean():
    for topic in TOPICS:
        for key, entry in messages.catalogue("ko", topic).items():
            text = entry["text"] if isinstance(entry, dict) else entry
            if len(re.sub(r"[{][^}]*[}]", "", text)) > 12:
                assert re.search("[가-힣]", text), key


def test_every_code_raised_has_a_sentence():
    raised = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    raised.add(first.value)
    missing = raised - set(messages.codes()) - {"a", "b", "empty-file"}
    assert not missing


def test_every_example_fills_every_blank():
    for code, entry in messages.catalogue("en", "findings").items():
        finding = Finding(code, params=entry.get("example", {}))
        for lang in messages.LANGUAGES:
            filled = messages.text(finding, lang) + messages.remedy(finding, lang)
            assert "{" not in filled.replace("{'", ""), (code, lang, filled)
