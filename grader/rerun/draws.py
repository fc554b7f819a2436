"""Random choices that come out the same on every machine and in every version of Python.

`random.Random` promises that for `random()` alone; what it makes of it has changed before. These
numbers are SHA-256 of a seed and a counter, so a drawn sample can be drawn again years later, and
nobody who lacks the seed can tell it in advance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_BITS = 64


class Draws:
    """A stream of choices; another purpose under the same seed gives an independent one."""

    def __init__(self, seed: str, purpose: str) -> None:
        self._key = f"{len(seed)}:{seed}:{purpose}".encode("utf-8", "surrogatepass")
        self._count = 0

    def below(self, bound: int) -> int:
        """A whole number from 0 to one less than `bound`, each as probable as any other."""
        if not 0 < bound <= 1 << _BITS:
            raise ValueError("a bound is at least 1")
        fair = (1 << _BITS) // bound * bound
        while True:
            block = hashlib.sha256(self._key + b":%d" % self._count).digest()
            self._count += 1
            number = int.from_bytes(block[: _BITS // 8], "big")
            if number < fair:  # Else the smaller numbers would come a little more often.
                return number % bound

    def one_of(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]

    def some_of(self, items: Sequence[T], count: int) -> list[T]:
        """So many of the items, none twice, in random order; all where there are fewer."""
        pool = list(items)
        count = min(count, len(pool))
        for place in range(count):
            other = place + self.below(len(pool) - place)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]
