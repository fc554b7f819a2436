"""Operations of a pickle that only write down a value: numbers, text, bytes, constants."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import Callable

from validators.pickles.source import Source
from validators.pickles.values import PickledDict, PickledSet, PickleTrouble

Literal = Callable[[Source], object]

_NUMBER_DIGITS = 1_000
_LONG_BYTES = 1024
_LINE_BYTES = 64 * 1024
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f"}


def text_of(data: bytes) -> str:
    """UTF-8 text as pickle writes it: lone surrogates are let through."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise PickleTrouble("a text in the pickle is not UTF-8") from None


def line_number(source: Source) -> int:
    """A decimal number on a line of its own."""
    return _whole(source.line(_NUMBER_DIGITS))


def _whole(digits: bytes) -> int:
    try:
        return int(digits)
    except ValueError:
        raise PickleTrouble("a number in the pickle is not a number") from None


def _int_line(source: Source) -> object:
    line = source.line(_NUMBER_DIGITS)
    # How protocol 1 spells False and True.
    return line == b"01" if line in (b"00", b"01") else _whole(line)


def _long_line(source: Source) -> object:
    return _whole(source.line(_NUMBER_DIGITS).rstrip(b"L"))


def _float_line(source: Source) -> object:
    line = source.line(_NUMBER_DIGITS)
    try:
        return float(line)
    except ValueError:
        raise PickleTrouble("a number in the pickle is not a number") from None


def _long(source: Source, width: int) -> object:
    length = source.number(width, signed=width == 4)
    if not 0 <= length <= _LONG_BYTES:
        raise PickleTrouble(f"a number in the pickle claims {length:,} bytes")
    return source.number(length, signed=True)


def _quoted_line(source: Source) -> object:
    line = source.spend(source.line(_LINE_BYTES)).strip()
    if len(line) < 2 or line[:1] not in (b"'", b'"') or line[:1] != line[-1:]:
        raise PickleTrouble("a text in the pickle is not in quotes")
    return _old_text(_ESCAPE.sub(_unescaped, line[1:-1]))


def _unescaped(match: re.Match[bytes]) -> bytes:
    hexadecimal, octal, other = match.groups()
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    return _ESCAPES.get(other, other)


def _old_text(data: bytes) -> str:
    """Python 2 text, which was bytes: UTF-8 where it is, else byte by byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _unicode_line(source: Source) -> object:
    line = source.spend(source.line(_LINE_BYTES))
    try:
        return line.decode("raw-unicode-escape")
    except UnicodeDecodeError:
        raise PickleTrouble("a text in the pickle is not in its encoding") from None


def _text(source: Source, width: int) -> object:
    return text_of(source.spend(source.take(source.number(width))))


def _old(source: Source, width: int) -> object:
    return _old_text(source.spend(source.take(_length(source, width))))


def _bytes(source: Source, width: int) -> object:
    return source.take(source.number(width))


def _length(source: Source, width: int) -> int:
    length = source.number(width, signed=width == 4)
    if length < 0:
        raise PickleTrouble("a text in the pickle has a negative length")
    return length


LITERALS: Mapping[int, Literal] = {
    # Constants and empty containers.
    ord("N"): lambda _: None,
    0x88: lambda _: True,
    0x89: lambda _: False,
    ord(")"): lambda _: (),
    ord("]"): lambda _: [],
    ord("}"): lambda _: PickledDict(),
    0x8F: lambda _: PickledSet(),
    # Numbers.
    ord("I"): _int_line,
    ord("L"): _long_line,
    ord("F"): _float_line,
    ord("J"): lambda source: source.number(4, signed=True),
    ord("K"): lambda source: source.byte(),
    ord("M"): lambda source: source.number(2),
    ord("G"): lambda source: struct.unpack(">d", source.take(8))[0],
    0x8A: lambda source: _long(source, 1),
    0x8B: lambda source: _long(source, 4),
    # Text: protocol 0, then by the width of its length.
    ord("S"): _quoted_line,
    ord("V"): _unicode_line,
    ord("U"): lambda source: _old(source, 1),
    ord("T"): lambda source: _old(source, 4),
    0x8C: lambda source: _text(source, 1),
    ord("X"): lambda source: _text(source, 4),
    0x8D: lambda source: _text(source, 8),
    # Bytes and byte arrays.
    ord("C"): lambda source: _bytes(source, 1),
    ord("B"): lambda source: _bytes(source, 4),
    0x8E: lambda source: _bytes(source, 8),
    0x96: lambda source: _bytes(source, 8),
}
"""Operation → what it puts on the stack."""
