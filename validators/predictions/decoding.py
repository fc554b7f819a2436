"""Bytes as text, or what they are instead: another encoding, another format."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Optional

# What Excel calls "Unicode Text".
UNICODE_TEXT = "UTF-16 (little-endian)"
_UTF_16_32 = (
    (codecs.BOM_UTF32_LE, "UTF-32 (little-endian)"),
    (codecs.BOM_UTF32_BE, "UTF-32 (big-endian)"),
    (codecs.BOM_UTF16_LE, UNICODE_TEXT),
    (codecs.BOM_UTF16_BE, "UTF-16 (big-endian)"),
)
_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "gzip data"),
    (b"PAR1", "Parquet"),
    (b"ARROW1", "Arrow"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "an image"),
    (b"\x80\x02", "a pickle"),
    (b"\x80\x03", "a pickle"),
    (b"\x80\x04", "a pickle"),
    (b"\x80\x05", "a pickle"),
    (b"{\\rtf", "a word processor's document (RTF)"),
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}(<!doctype|<html|<\?xml|<head|<body)", re.I)
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s{0,64}(?:\{\s{0,64}["}]|\[\s{0,64}[\[{"\]\d])')
# Double-byte encodings by the lead bytes of their most frequent characters.
_DOUBLE_BYTE = (
    ("cp950", "Big5 (cp950)", "Chinese (Taiwan)", 0xA4, 0xC6),
    ("gb18030", "GBK (cp936)", "Chinese (China)", 0xB0, 0xD7),
    ("cp932", "Shift-JIS (cp932)", "Japanese", 0x82, 0x9F),
    ("cp949", "EUC-KR (cp949)", "Korean", 0xB0, 0xC8),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_UTF_8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_CUT_SEQUENCE = re.compile(rb"[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2}")
# Enough of the file to guess by.
_SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True)
class BadByte:
    """The first byte that is not text in the encoding, and what its file looks like instead."""

    line: int
    value: int
    guess: str
    remedy: str = ""


def other_format(data: bytes) -> Optional[str]:
    """What the bytes are when their start shows a format that is not CSV."""
    head = data[:4096]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        names = re.findall(rb"(?:\[Content_Types\]\.xml|xl/|content\.xml|mimetype)", head)
        return "an Excel workbook (.xlsx)" if names else "a zip archive"
    for magic, name in _FORMATS:
        if head.startswith(magic):
            return name
    if _MARKUP.match(head):
        return "a web page or XML"
    return "JSON" if _JSON.match(head) else None


def wide_encoding(data: bytes) -> Optional[str]:
    """UTF-16 or UTF-32, when a byte order mark or the place of the zero bytes shows it."""
    for mark, name in _UTF_16_32:
        if data.startswith(mark):
            return name
    head = data[: min(len(data), 2048) // 4 * 4]
    if len(head) < 4:
        return None
    zeros = [head[start::4].count(0) * 4 / len(head) for start in range(4)]
    patterns = {
        (False, True, True, True): "UTF-32 (little-endian)",
        (True, True, True, False): "UTF-32 (big-endian)",
        (False, True, False, True): UNICODE_TEXT,
        (True, False, True, False): "UTF-16 (big-endian)",
    }
    return patterns.get(tuple(share > 0.6 for share in zeros))  # type: ignore[arg-type]


def bad_byte(data: bytes, at: int) -> BadByte:
    """What is known about the byte at which decoding failed."""
    guess, remedy = _guess(data[: at + _SAMPLE_BYTES][-2 * _SAMPLE_BYTES :])
    return BadByte(line_of(data, at), data[at], guess, remedy)


def line_of(data: bytes, at: int) -> int:
    r"""The physical line of a byte, from 1; `\n`, `\r\n` and a lone `\r` end lines."""
    before = data[:at]
    both = before.count(b"\r\n")
    return 1 + before.count(b"\n") + before.count(b"\r") - both


def _guess(data: bytes) -> tuple[str, str]:
    """The likely encoding of bytes that are not UTF-8, and a remedy where it is a special one."""
    runs = [match.group() for match in _HIGH_RUN.finditer(data)]
    whole = len(_UTF_8_SEQUENCE.findall(data))
    rest = [_UTF_8_SEQUENCE.sub(b"", run) for run in runs]
    if whole > 4 * sum(map(len, rest)) or all(_CUT_SEQUENCE.fullmatch(r) for r in rest if r):
        remedy = "Cut texts between characters, not between the bytes of one."
        return "UTF-8 with a damaged character", remedy
    excel = '{}, as Excel\'s plain "CSV" is under Windows in {}'
    alone = sum(len(run) == 1 for run in runs)
    if alone <= 0.7 * len(runs) or not _decodes(data, "cp1252"):
        found = _double_byte(data)
        if found is not None:
            return excel.format(*found), ""
    if _decodes(data, "cp1252"):
        return excel.format("Windows-1252", "Western languages"), ""
    return "no text that we know", ""


def _double_byte(data: bytes) -> Optional[tuple[str, str]]:
    pairs = [match.group()[0] for match in _PAIR.finditer(data)]
    best, share = None, 0.5
    for codec, name, language, low, high in _DOUBLE_BYTE:
        frequent = sum(low <= lead <= high for lead in pairs) / max(1, len(pairs))
        if frequent > share and _decodes(data, codec):
            best, share = (name, language), frequent
    return best


def _decodes(data: bytes, codec: str) -> bool:
    # The sample may be cut inside a character: an incremental decoder lets that pass.
    try:
        codecs.getincrementaldecoder(codec)().decode(data)
    except UnicodeDecodeError:
        return False
    return True
