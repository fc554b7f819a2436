"""A text as the reference dialect sees it, with what is computed from it kept for later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from typing import Optional

from grader.metric.bitlcs import masks_of
from grader.metric.tokens import LINE_BREAK, rouge_tokens

_MIRRORED_BYTE = bytes(int(f"{code:08b}"[::-1], 2) for code in range(256))


class RougeText:
    """A text cut into tokens once; indexed when first compared.

    A token's place in `marked` is its bit in `masks`. So the first bit of each line, that of its
    LINE_BREAK, never holds a token: it is the guard between the lines.
    """

    __slots__ = ("_masks", "_mirrored", "_pairs", "_words", "lines", "marked", "size")

    def __init__(self, text: str, *, stemmer: bool = False) -> None:
        self.take(rouge_tokens(text, stemmer=stemmer))

    def take(self, marked: Sequence[str]) -> None:
        """Be the text of these tokens, with a LINE_BREAK before each line."""
        self.marked = marked
        self.lines = self.marked.count(LINE_BREAK)
        self.size = len(self.marked) - self.lines
        self._masks: Optional[dict[str, int]] = None
        self._mirrored: dict[str, int] = {}
        self._words: Optional[Counter[str]] = None
        self._pairs: Optional[Counter[tuple[str, str]]] = None

    @property
    def tokens(self) -> Sequence[str]:
        """The tokens without the line breaks."""
        if self.lines == 1:
            return self.marked[1:]
        return [token for token in self.marked if token != LINE_BREAK]

    @property
    def indexed(self) -> bool:
        """Whether `masks` is there already."""
        return self._masks is not None

    @property
    def masks(self) -> dict[str, int]:
        """For each token, and LINE_BREAK, the places where it stands."""
        if self._masks is None:
            self._masks = masks_of(self.marked)
        return self._masks

    def index(self) -> None:
        """Make `masks` now, because many texts are to be compared with this one."""
        self._masks = masks_of(self.marked)

    @property
    def words(self) -> Counter[str]:
        """How often each token stands in the text."""
        if self._words is None:
            self._words = Counter(self.marked)
            del self._words[LINE_BREAK]
        return self._words

    @property
    def pairs(self) -> Counter[tuple[str, str]]:
        """How often each pair of neighbours stands in the text, line breaks not minded."""
        if self._pairs is None:
            tokens = self.tokens
            self._pairs = Counter(zip(tokens, tokens[1:]))
        return self._pairs

    def mirrored(self, token: str) -> int:
        """The token's mask with the last place first."""
        found = self._mirrored.get(token)
        if found is None:
            found = self._mirrored[token] = self.mirror(self.masks[token])
        return found

    def mirror(self, bits: int) -> int:
        """The places with the last one first, padded to whole bytes."""
        data = bits.to_bytes(len(self.marked) // 8 + 1, "little").translate(_MIRRORED_BYTE)
        return int.from_bytes(data, "big")


def narrowed(text: RougeText, wanted: Container[str]) -> RougeText:
    """The same lines with the wanted tokens alone, of which LINE_BREAK has to be one."""
    kept = RougeText("")
    kept.take(list(filter(wanted.__contains__, text.marked)))
    return kept
