"""Cells that no spreadsheet executes."""

from __future__ import annotations

import re
import unicodedata

_STARTS = frozenset("=+-@\t\r\n")
# Spaces of any kind, marks without a width, and quotes.
_SKIPPED = re.compile("[\\s\ufeff\u200b'\"`‘’“”＇＂]*")
# A negative number is a number: to put a quote before it would make it text.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?%?")


def harmless(text: str) -> str:
    """The text, with a `'` in front where a spreadsheet could take it for a formula.

    Spreadsheets trim spaces, some tools strip quotes, and Asian editions read the full-width signs
    as the plain ones.
    """
    if _NUMBER.fullmatch(text):
        return text
    skipped = _SKIPPED.match(text)
    inner = text[skipped.end() :] if skipped else text
    starts = text[:1] + inner[:1]
    if any(unicodedata.normalize("NFKC", letter)[:1] in _STARTS for letter in starts):
        return f"'{text}"
    return text
