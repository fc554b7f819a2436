"""What a program writes to its two streams: read while it runs, kept within a bound, cleaned."""

from __future__ import annotations

import os
import re
import unicodedata

from grader.sandbox.records import Stream

BLOCK_BYTES = 1 << 16
_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x1b\x07\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]"
)
"""What steers a terminal: colours, titles, the clipboard, and so on."""


class Reader:
    """Reads one stream and keeps its start and its end, half of the bound each."""

    def __init__(self, descriptor: int, bound_bytes: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.open = True
        self._half = max(bound_bytes // 2, 1)
        self._start = bytearray()
        self._end = bytearray()
        self._bytes = 0

    def read(self) -> bool:
        """Take what is there, one block at most; whether there was any."""
        try:
            block = os.read(self.descriptor, BLOCK_BYTES)
        except BlockingIOError:
            return False
        if not block:
            self.close()
            return False
        self._bytes += len(block)
        room = self._half - len(self._start)
        if room > 0:
            self._start += block[:room]
            block = block[room:]
        self._end += block
        if len(self._end) > 2 * self._half:
            del self._end[: -self._half]
        return True

    def close(self) -> None:
        """Give the descriptor back."""
        if self.open:
            self.open = False
            os.close(self.descriptor)

    def stream(self) -> Stream:
        """What was read."""
        end = bytes(self._end[-self._half :])
        left_out = self._bytes - len(self._start) - len(end)
        if not left_out:
            return Stream(clean(bytes(self._start) + end), self._bytes)
        middle = f"\n… {left_out:,} bytes left out …\n"
        return Stream(clean(bytes(self._start)) + middle + clean(end), self._bytes, cut=True)


def clean(data: bytes) -> str:
    """The text in the bytes, without what could steer a terminal or turn the line around."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return clean_text(_SEQUENCES.sub("", text))


def clean_text(text: str) -> str:
    """The text without control characters, but for the ends of lines and tabs."""
    harmful = {ord(character): None for character in set(text) if not is_harmless(character)}
    return text.translate(harmful)


def is_harmless(character: str) -> bool:
    """Whether a terminal and a page show this character as one, and nothing else changes by it."""
    if character in "\n\t":
        return True
    if unicodedata.bidirectional(character) in _TURNING:
        return False
    return unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")


_TURNING = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")
