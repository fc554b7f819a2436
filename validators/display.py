"""Text from students, made fit to be shown: nothing in it can steer a terminal or a page."""

from __future__ import annotations

import unicodedata

# Control, format (bidirectional overrides, joiners), surrogate, private and unassigned characters,
# and the two separators that some viewers treat as line ends.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str) -> str:
    """The text with every character that could steer a display written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def quoted(text: str, limit: int = 40) -> str:
    """The text in double quotes, cleaned, and cut after `limit` characters."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return f'"{clean(cut)}"'


def listed(values: tuple[str, ...], total: int, limit: int = 5) -> str:
    """The first few values in quotes, and how many more there are."""
    shown = ", ".join(quoted(value) for value in values[:limit])
    left = total - min(limit, len(values))
    return f"{shown} and {left:,} more" if left > 0 else shown


def size(byte_count: int) -> str:
    """A byte count as people read it: `484.1 MB` (powers of ten, as file managers show them)."""
    if byte_count < 1000:
        return f"{byte_count} bytes"
    value = float(byte_count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 1000:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _UNSHOWN:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
