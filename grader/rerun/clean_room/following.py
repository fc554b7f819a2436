"""Whether texts that are being written can still become the submitted ones.

A beam search goes on with few beginnings, and a greedy one with a single one. Once the submitted
text goes on otherwise than all of them, it can't come out any more, and the rest need not be
written. Nothing is guessed here: what is given up would have differed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Callable

from grader.rerun.canonical import canonical
from grader.rerun.records import Settings

_Ids = tuple[int, ...]

# The last letters of a text that is not whole yet may change: a token can be a part of a letter,
# and what decoding does about the space before "n't" shows only with the next tokens.
_OPEN_LETTERS = 8


class Following:
    """A few rows on their way; `most` of them may differ.

    `lost` are rows of which it is known already that they will.
    """

    def __init__(
        self,
        wanted: Mapping[int, str],
        most: int,
        text: Callable[[Sequence[int]], str],
        lost: Collection[int] = (),
    ) -> None:
        self._wanted = wanted
        self._most = most
        self._text = text
        self._passed: set[int] = set()
        self._lost = set(lost)
        self._missed: set[int] = set()
        self.longest = 0
        """How many tokens the longest of them came to."""

    @property
    def lost(self) -> frozenset[int]:
        """The rows that were lost on the way, wherever their texts would have ended."""
        return frozenset(self._lost)

    @property
    def differing(self) -> frozenset[int]:
        """The rows that were lost, and those whose texts are others."""
        return frozenset(self._lost | self._missed)

    @property
    def failed(self) -> bool:
        """Whether too many rows differ, on the way or at the end."""
        return len(self.differing) > self._most

    def missed(self, row: int) -> None:
        """The row has a text to its end, and it is another one."""
        self._missed.add(row)

    def hopeless(self, live: Mapping[int, Sequence[_Ids]]) -> bool:
        """Whether the rest of these rows need not be written.

        `live` has the tokens of every beginning that is still there, row by row; none for a row
        whose texts have ended.
        """
        self.longest = max(self.longest, *(len(each) for each in chain(*live.values())), 0)
        for row, beginnings in live.items():
            if row not in self._passed and row not in self._lost:
                self._look(row, beginnings)
        return self.failed or self._lost.issuperset(live)

    def _look(self, row: int, beginnings: Sequence[_Ids]) -> None:
        wanted = self._wanted[row]
        texts = [canonical(self._text(tokens)) for tokens in beginnings]
        if wanted in texts:
            # It may end here, and be kept while the others go on.
            self._passed.add(row)
        elif texts and not any(wanted.startswith(text[:-_OPEN_LETTERS]) for text in texts):
            self._lost.add(row)


class Shown:
    """What beam searches that failed have shown about others of the same model."""

    def __init__(self) -> None:
        self._lost: dict[Settings, frozenset[int]] = {}
        self._ended: dict[Settings, int] = {}

    def lost(self, settings: Settings) -> frozenset[int]:
        """The rows that so many beams lose on the way, wherever and however they end.

        The beginnings that are there after each token depend neither on the longest length, nor on
        what decides between whole texts.
        """
        return self._lost.get(_without_end(settings), frozenset())

    def rules_out(self, settings: Settings, most: int) -> bool:
        """Whether more than `most` rows would differ."""
        ended = self._ended.get(_of_any_length(settings))
        return len(self.lost(settings)) > most or (
            ended is not None and settings.max_length >= ended
        )

    def keep(self, settings: Settings, failed: Following) -> None:
        """Keep what this trial has shown; greedy ones stand for all lengths, and show nothing."""
        if settings.beams == 1:
            return
        self._lost[_without_end(settings)] = failed.lost
        if failed.longest + 1 < settings.max_length:
            # Nothing was cut: with more room all of it would have come out the same.
            self._ended[_of_any_length(settings)] = settings.max_length


def _of_any_length(settings: Settings) -> Settings:
    return replace(settings, max_length=0)


def _without_end(settings: Settings) -> Settings:
    return replace(settings, max_length=0, length_penalty=1.0, early_stopping=False)
