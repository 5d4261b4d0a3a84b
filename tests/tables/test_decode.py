"""Bytes become text in one encoding, or an error says where that fails."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import DataError, ScindexError
from scindex.tables.decode import decode, file_kind

KOREAN = "도시,연도,지표,값\n서울특별시,2020,온실가스 처리,4.5\n"


def only(err: pytest.ExceptionInfo[DataError]):
    (finding,) = err.value.findings
    return finding


@pytest.mark.parametrize(
    ("codec", "shown"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("cp949", "cp949"),
    ],
)
def test_every_common_encoding_gives_the_same_text(codec, shown):
    text, _ = decode(KOREAN.encode(codec), "a.csv")
    assert text.utf8.decode() == KOREAN
    assert text.encoding == shown


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_read_with_a_notice(codec):
    text, findings = decode("city,year\nOslo,2020\n".encode(codec), "a.csv")
    assert text.utf8 == b"city,year\nOslo,2020\n"
    assert [(f.code, f.severity, f.params["encoding"]) for f in findings] == [
        ("encoding-assumed", "note", codec.upper())
    ]


def test_cp949_is_named_in_a_notice_and_utf8_is_not():
    assert [f.params["encoding"] for f in decode(KOREAN.encode("cp949"), "a.csv")[1]] == ["CP949"]
    assert decode(KOREAN.encode(), "a.csv")[1] == []


def test_decomposed_hangul_and_accents_are_composed():
    text, _ = decode(unicodedata.normalize("NFD", "서울,Ålesund\n").encode(), "a.csv")
    assert text.utf8.decode() == "서울,Ålesund\n"


@pytest.mark.parametrize("name", ["Karmøy", "Ålesund", "München", "Málaga", "Århus"])
def test_western_encodings_are_refused_and_never_read_as_korean(name):
    with pytest.raises(DataError) as err:
        decode(f"city,year\n{name},2020\n".encode("cp1252"), "a.csv")
    assert only(err).code == "encoding-unknown"
    assert only(err).where == "a.csv:2"


def test_an_encoding_that_changes_late_is_found_with_its_line():
    lines = [f"Ålesund,{i}\n" for i in range(3000)]
    data = "".join(lines).encode() + "서울,2020\n".encode("cp949")
    with pytest.raises(DataError) as err:
        decode(data, "a.csv")
    assert only(err).code == "mixed-encoding"
    assert only(err).where == "a.csv:3001"
    assert only(err).params["byte"] == data.index("서울".encode("cp949")) + 1


def test_a_mixed_file_that_happens_to_be_valid_cp949_is_still_refused():
    data = "m²,Zürich\n".encode() + "서울\n".encode("cp949")
    data.decode("cp949")  # the trap: no error here
    with pytest.raises(DataError) as err:
        decode(data, "a.csv")
    assert only(err).code == "mixed-encoding"


def test_a_korean_syllable_that_looks_like_utf8_is_no_evidence_of_mixing():
    data = "처,값\n처리율,12\n".encode("cp949")  # 처 is C3 B3, in UTF-8 the letter ó
    assert decode(data, "a.csv")[0].encoding == "cp949"


def test_a_character_cut_off_at_the_end_is_found():
    with pytest.raises(DataError) as err:
        decode("서울,부산".encode()[:-1], "a.csv")
    assert only(err).code in ("mixed-encoding", "encoding-unknown")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b" \r\n\r\n", "empty-file"),
        (b"\x00" * 5000, "empty-file"),
        (b"%PDF-1.7 ...", "not-a-table"),
        (b"\x89PNG\r\n", "not-a-table"),
        (b"\x1f\x8b\x08", "not-a-table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "workbook-old"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "workbook-protected",
        ),
    ],
)
def test_files_that_are_no_table_are_named(data, code):
    with pytest.raises(DataError) as err:
        file_kind(data, "a.csv")
    assert only(err).code == code


@pytest.mark.parametrize("data", [b"city,year\x00\n", b"\x00\x01\x02abc", b"a,b\n\xff\xfe\x00"])
def test_binary_data_are_refused(data):
    with pytest.raises(DataError) as err:
        decode(data, "a.csv")
    assert only(err).code in ("not-a-table", "encoding-unknown")


def test_the_kind_of_a_file_is_told_by_its_bytes_not_its_name():
    assert file_kind(b"PK\x03\x04...", "a.csv") == "xlsx"
    assert file_kind(b"PAR1...", "a.csv") == "parquet"
    assert file_kind(b"city", "a.xlsx") == "text"


@given(st.binary(max_size=300))
def test_any_bytes_become_text_or_a_scindex_error(data):
    try:
        file_kind(data, "a.csv")
        text, _ = decode(data, "a.csv")
    except ScindexError:
        return
    assert unicodedata.is_normalized("NFC", text.utf8.decode())


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_utf8_text_survives(text):
    assert decode(text.encode(), "a.csv")[0].utf8.decode() == unicodedata.normalize("NFC", text).removeprefix(
        "\ufeff"
    )
