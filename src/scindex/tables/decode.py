"""Stage 1, bytes to text: one encoding for the whole file, and never a silent guess."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from scindex.errors import DataError
from scindex.findings import Finding

MAX_FILE_BYTES = 2_000_000_000
"""Larger files are refused before anything is read: pyarrow's text columns end near 2 GB."""

_CHUNK = 16_000_000
_NOTHING = b"\x00 \t\r\n"

BOMS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32-le", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32-be", "utf-32"),
    (b"\xff\xfe", "utf-16-le", "utf-16"),
    (b"\xfe\xff", "utf-16-be", "utf-16"),
)
"""Byte order mark, Python's codec, the name shown. Longer marks first."""

KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "xlsx"),
    (b"PK\x05\x06", "xlsx"),
    (b"PAR1", "parquet"),
)
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of .xls files and of password-protected .xlsx files alike."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text file as UTF-8 in Unicode's composed form (NFC), without a byte order mark.

    Attributes
    ----------
    name : str
        File name, as findings show it.
    utf8 : bytes
    encoding : str
        What the file was written in: ``utf-8``, ``utf-8-sig``, ``utf-16``, ``utf-32``
        or ``cp949``.
    """

    name: str
    utf8: bytes
    encoding: str


def file_kind(data: bytes, name: str) -> Literal["text", "xlsx", "parquet"]:
    """Tell from its first bytes what a file is; its name is not trusted.

    Parameters
    ----------
    data : bytes
    name : str
        Shown in the error.

    Returns
    -------
    {"text", "xlsx", "parquet"}

    Raises
    ------
    DataError
        If the file is empty, too large, an old or protected workbook, or a picture,
        PDF or archive.

    Examples
    --------
    >>> file_kind(b"city,year", "city.csv")
    'text'
    """
    if len(data) > MAX_FILE_BYTES:
        params = {"bytes": len(data), "limit": MAX_FILE_BYTES}
        raise DataError(Finding("file-too-large", where=name, params=params))
    if not data[:4096].strip(_NOTHING) and not data.strip(_NOTHING):
        raise DataError(Finding("empty-file", where=name))
    if data.startswith(OLE):
        protected = "EncryptedPackage".encode("utf-16-le") in data
        raise DataError(Finding("workbook-protected" if protected else "workbook-old", where=name))
    for magic, what in MAGIC:
        if data.startswith(magic):
            raise DataError(Finding("not-a-table", where=name, params={"what": what}))
    kinds = [kind for magic, kind in KINDS if data.startswith(magic)]
    return kinds[0] if kinds else "text"  # type: ignore[return-value]


def decode(data: bytes, name: str) -> tuple[Text, list[Finding]]:
    """Turn bytes into text: byte order mark, UTF-8, UTF-16, then Korean CP949.

    The whole file is decoded strictly, so an encoding that changes late in the file is
    found. CP949 and UTF-16 without a mark are named in a note.

    Parameters
    ----------
    data : bytes
    name : str
        File name, as findings show it.

    Returns
    -------
    (Text, list of Finding)

    Raises
    ------
    DataError
        If the bytes are not text, are in none of these encodings, or mix two of them;
        the finding names the line and byte where the first encoding stops.

    Examples
    --------
    >>> text, notes = decode("도시,값".encode("cp949"), "city.csv")
    >>> text.encoding, notes[0].code
    ('cp949', 'encoding-assumed')
    """
    for mark, codec, shown in BOMS:
        if data.startswith(mark) and codec != "utf-8":
            return _with_mark(data[len(mark) :], codec, shown, name), []
    wide = _utf16_without_mark(data)
    if wide:
        text = _composed(data.decode(wide), "utf-16", name)
        return text, [_assumed(name, wide)]
    if b"\x00" in data:
        raise DataError(Finding("not-a-table", where=name, params={"what": "binary"}))
    marked = data.startswith(BOMS[0][0])
    bad, composed = _check_utf8(data)
    if bad is None:
        data, encoding = (data[3:], "utf-8-sig") if marked else (data, "utf-8")
        return (Text(name, data, encoding) if composed else _composed(data.decode(), encoding, name)), []
    if marked:
        raise DataError(_stops("mixed-encoding", data, bad, name, "utf-8"))
    return _composed(_korean(data, bad, name), "cp949", name), [_assumed(name, "cp949")]


def _with_mark(data: bytes, codec: str, shown: str, name: str) -> Text:
    try:
        return _composed(data.decode(codec), shown, name)
    except UnicodeDecodeError as err:
        raise DataError(_stops("mixed-encoding", data, err.start, name, shown)) from None


def _composed(text: str, encoding: str, name: str) -> Text:
    if "\x00" in text:
        raise DataError(Finding("not-a-table", where=name, params={"what": "binary"}))
    return Text(name, unicodedata.normalize("NFC", text).encode(), encoding)


def _assumed(name: str, encoding: str) -> Finding:
    return Finding("encoding-assumed", "note", where=name, params={"encoding": encoding.upper()})


def _utf16_without_mark(data: bytes) -> str | None:
    """Return the UTF-16 codec under which every NUL byte is the high half of a letter."""
    if len(data) % 2 or b"\x00" not in data:
        return None
    low, high = data[0::2], data[1::2]
    codec = "utf-16-le" if b"\x00" not in low else "utf-16-be" if b"\x00" not in high else None
    if codec is None:
        return None
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    letters = sum(c.isprintable() or c.isspace() for c in text[:4096])
    return codec if letters >= 0.95 * min(len(text), 4096) else None


def _check_utf8(data: bytes) -> tuple[int | None, bool]:
    """Return the first byte that is not UTF-8 (None if all are), and whether the text is NFC."""
    start, composed = 0, True
    while start < len(data):
        # a line feed is never inside a character, nor does one combine with it
        end = data.find(b"\n", start + _CHUNK) + 1 or len(data)
        try:
            text = data[start:end].decode()
        except UnicodeDecodeError as err:
            return start + err.start, composed
        composed = composed and (text.isascii() or unicodedata.is_normalized("NFC", text))
        start = end
    return None, composed


def _korean(data: bytes, bad: int, name: str) -> str:
    """Decode as CP949, or say why that would be a guess."""
    mixed = _speaks_utf8(data[:bad])
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        code = "mixed-encoding" if mixed else "encoding-unknown"
        raise DataError(_stops(code, data, bad, name, "utf-8")) from None
    if mixed:
        raise DataError(_stops("mixed-encoding", data, bad, name, "utf-8"))
    # Korean text has pairs of high bytes; single ones before a letter are a Western encoding
    if not re.search(rb"[\xa1-\xfe][\xa1-\xfe]", data):
        raise DataError(_stops("encoding-unknown", data, bad, name, "utf-8"))
    return text


_RUN = re.compile(rb"([A-Za-z]?)([\x80-\xff]+)([A-Za-z]?)")


def _speaks_utf8(data: bytes) -> bool:
    """Whether some word is surely UTF-8: a three-byte letter, or a letter inside a Latin word.

    Two-byte sequences alone occur in CP949 by accident (the syllable 처 reads as ó).
    """
    for run in _RUN.finditer(data):
        if run.end() == len(data):  # cut short by the byte that failed
            break
        try:
            word = run[2].decode()
        except UnicodeDecodeError:
            continue
        if any(ord(c) > 0x7FF for c in word) or run[1] or run[3]:
            return True
    return False


def _stops(code: str, data: bytes, at: int, name: str, encoding: str) -> Finding:
    line = data.count(b"\n", 0, at) + 1
    begin = data.rfind(b"\n", 0, at) + 1
    shown = data[begin : at + 1].decode("ascii", "replace")[-20:]
    params = {
        "line": line,
        "byte": at + 1,
        "hex": data[at : at + 1].hex().upper(),
        "encoding": encoding.upper(),
    }
    return Finding(code, where=f"{name}:{line}", value=shown, params=params)
