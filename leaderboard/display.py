"""Text from students, made fit to be shown."""

from __future__ import annotations

import unicodedata

# What steers a display or can't be seen, among it every mark that turns the direction of a line.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_FIRST_STRONG, _END = "\u2068", "\u2069"


def clean(text: str) -> str:
    """The text with every character that could steer a display written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter.encode("unicode_escape", "surrogatepass").decode("ascii")
        if unicodedata.category(letter) in _UNSHOWN
        else letter
        for letter in text
    )


def apart(text: str) -> str:
    """The cleaned text; one that runs from right to left can't reorder what stands beside it."""
    seen = clean(text)
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in seen):
        return f"{_FIRST_STRONG}{seen}{_END}"
    return seen


def line_of(value: object) -> str:
    """The value as one line that can't steer a terminal; nothing for no value."""
    if value is None:
        return ""
    return clean(", ".join(map(str, value)) if isinstance(value, tuple) else str(value))
