import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex._resources import parse_yaml, read_yaml
from scindex.errors import CatalogueError, ScindexError, UsageError


def fault(data: bytes) -> tuple[str, str]:
    with pytest.raises(CatalogueError) as caught:
        parse_yaml(data, "x.yaml")
    return caught.value.findings[0].code, caught.value.findings[0].where


def test_a_key_that_stands_twice_is_refused_at_its_line():
    assert fault(b"a: 1\nb: 2\na: 3\n") == ("yaml-broken", "x.yaml:3")


def test_an_unquoted_no_as_key_is_refused():
    """Norway, and a notation key: YAML 1.1 reads NO as false."""
    assert fault(b"NO: 1\n") == ("yaml-broken", "x.yaml:1")


def test_a_thousand_laughs_are_refused():
    layers = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert fault("\n".join(layers).encode())[0] == "yaml-aliases"


def test_no_python_object_is_ever_built():
    assert fault(b"a: !!python/object/apply:os.system ['true']\n")[0] == "yaml-broken"


def test_bytes_that_are_not_utf8_are_said_so():
    assert fault("이름: 값".encode("cp949"))[0] == "yaml-not-utf8"


def test_deep_nesting_ends_in_a_sentence():
    assert fault(b"[" * 20000)[0] == "yaml-broken"


def test_lines_of_keys_are_kept():
    assert parse_yaml(b"a: 1\nb:\n  c: 2\n", "x")["b"].lines == {"c": 3}


def test_a_missing_file_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError):
        read_yaml(tmp_path / "none.yaml")


@given(st.binary(max_size=200))
def test_any_bytes_end_in_data_or_in_a_scindex_error(data):
    with contextlib.suppress(ScindexError):
        parse_yaml(data, "x.yaml")
