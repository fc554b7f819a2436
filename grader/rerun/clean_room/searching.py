"""The settings with which one model gives the submitted texts, found on a few rows first.

Greedy texts are prefixes of longer greedy texts, so that one run shows every length. Other settings
are tried one by one. What disagrees on two of the few rows is dropped: one may differ, because
another machine's arithmetic can turn a text. What is left must show itself on all rows.

Most settings need no text at all to be ruled out: a beam search takes no token that is far down in
the model's own order of tokens, and one look at the submitted text shows where its tokens are. And
no text is written further than it can still become the submitted one. What the beams hold on the
way depends neither on the longest length nor on how texts are chosen in the end: beams that lost
the submitted texts need not be tried with other ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Callable, Optional, Protocol

from grader.rerun.canonical import canonical
from grader.rerun.clean_room.following import Following, Shown
from grader.rerun.clean_room.grid import INPUTS, trials
from grader.rerun.clean_room.texts import (
    MOST_LENGTH,
    Fit,
    fit,
    length_of,
    likely_blocking,
    likely_lengths,
)
from grader.rerun.records import Settings

NEAR = Fraction(95, 100)
"""From this share of equal rows on the settings are taken as found: no others are looked for."""

_PROBES = 4
_AT_ONCE = 2
# Greedy texts are written a little further than the longest submitted one, to see that they end.
_BEYOND = 8
_CHUNK = 16
# How a text begins, up to a mark that ways of writing a CSV change: tokens made again from it are
# the ones that were written, but for a few.
_LEADING = 12
_CHANGED = frozenset(".,\"'?!")
# More rows than this share that differ: the rest is not written.
_HOPELESS = Fraction(1, 4)
Ids = tuple[int, ...]


class Writing(Protocol):
    """What the search needs of a model: its tokens, and the texts that it writes."""

    def inputs(self, bills: Sequence[str], prefix: str, most_tokens: int) -> tuple[Ids, ...]:
        """The bills as the model reads them."""

    def tokens(self, text: str) -> Ids:
        """A text as tokens."""

    def text(self, tokens: Sequence[int]) -> str:
        """Tokens as text."""

    def write(self, inputs: Sequence[Ids], settings: Settings) -> list[Ids]:
        """What the model writes for each input."""

    def follow(
        self,
        inputs: Sequence[Ids],
        settings: Settings,
        hopeless: Callable[[Mapping[int, Sequence[Ids]]], bool],
    ) -> list[Optional[Ids]]:
        """As `write`, with None for inputs that were given up because `hopeless` said so."""

    def ranks(self, read: Ids, tokens: Ids) -> Sequence[int]:
        """How far down each token is, after those before it; the likeliest is 1."""


@dataclass(frozen=True)
class Found:
    """Texts by row, None where none was written, and how many are those submitted."""

    settings: Settings
    texts: tuple[Optional[str], ...]
    equal: int
    distinct: int

    @property
    def whole(self) -> bool:
        """Whether every row is equal."""
        return self.equal == len(self.texts)

    @property
    def near(self) -> bool:
        """Whether so many rows are equal that other settings are out of the question."""
        return self.equal >= NEAR * len(self.texts)


class Search:
    """One model and the submitted texts: which settings lead from the one to the other."""

    def __init__(self, writer: Writing, bills: Sequence[str], submitted: Sequence[str]) -> None:
        self._writer = writer
        self._bills = tuple(bills)
        self._wanted = tuple(canonical(text) for text in submitted)
        tokens = [writer.tokens(text) for text in submitted]
        self._tokens = tokens
        self._counts = [len(each) for each in tokens]
        self._inputs: dict[tuple[str, int], tuple[Ids, ...]] = {}
        self._depths: dict[tuple[str, int], tuple[int, ...]] = {}
        self._shown = Shown()
        self._differed: set[int] = set()
        self._probes = self._choose_probes()
        self.lengths = likely_lengths(self._counts)
        self.blocking = likely_blocking(tokens)

    def trials(self) -> tuple[Settings, ...]:
        """The settings to try, in turn, leaving out inputs that are the same for these bills."""
        found = trials(self.lengths, self.blocking)
        # All rows are compared: the few that are tried first are short, and never cut.
        first: dict[tuple[Ids, ...], tuple[str, int]] = {}
        for form in INPUTS:
            first.setdefault(self._read(form), form)
        different = set(first.values())
        return tuple(settings for settings in found if _form(settings) in different)

    def reaches(self, settings: Settings) -> bool:
        """Whether so many beams can lead to the beginning of any of the few texts at all.

        A search goes on with the best `2 * beams` tokens. Blocked n-grams take some of the tokens
        before them away, at most one for each token that was written. One text is enough to go on,
        as tokens made again from a text may be others than the written ones. What is tried first
        and costs little, greedy texts of bills read as usual, is never ruled out.

        What other settings have shown about these is counted, too.
        """
        if self._shown.rules_out(settings, self._allowed):
            return False
        form = _form(settings)
        if settings.beams == 1 and form == INPUTS[0]:
            return True
        if form not in self._depths:
            self._depths[form] = tuple(self._depth(row, form) for row in self._probes)
        least = 2 * settings.beams + _LEADING
        return any(depth <= least for depth in self._depths[form])

    def settled(self, settings: Settings) -> Optional[Settings]:
        """The settings with the length that the few rows show, where they agree at all."""
        if settings.beams > 1:
            return settings if self._agrees(settings) else None
        most = min(MOST_LENGTH, max(self._counts) + 1 + _BEYOND)
        fits: list[Fit] = []
        following = self._following(())
        for rows in self._in_turn(()):
            for row, written in self._follow(rows, replace(settings, max_length=most), following):
                found = Fit()
                if written is not None:
                    found = fit(written, most, self._wanted[row], self._writer.text)
                    if found == Fit():
                        following.missed(row)
                fits.append(found)
            if following.failed:
                self._ask_first(following.differing)
                return None
        length = length_of(fits, len(fits) - self._allowed, self.lengths)
        return None if length is None else replace(settings, max_length=length)

    def made(self, settings: Settings, beaten: int = 0) -> Optional[Found]:
        """All texts with these settings; None where the few rows disagree already."""
        return self.all_texts(settings, beaten) if self._agrees(settings) else None

    def all_texts(self, settings: Settings, beaten: int = 0) -> Found:
        """The texts of all rows, until too many differ, or for more than `beaten` to be equal.

        Rows that differed with other settings come first, then shorter bills.
        """
        inputs = self._read(_form(settings))
        differed = self._differed
        order = sorted(
            range(len(inputs)), key=lambda row: (row not in differed, len(inputs[row]), row)
        )
        most = min(len(order) - beaten - 1, int(_HOPELESS * len(order)))
        texts: dict[int, str] = {}
        equal: list[int] = []
        for start in range(0, len(order), _CHUNK):
            for row, written in self._write(order[start : start + _CHUNK], settings):
                texts[row] = self._writer.text(written)
                if canonical(texts[row]) == self._wanted[row]:
                    equal.append(row)
            if len(texts) - len(equal) > most:
                break
        self._differed |= texts.keys() - set(equal)
        distinct = len({self._wanted[row] for row in equal})
        ordered = tuple(texts.get(row) for row in range(len(order)))
        return Found(settings, ordered, len(equal), distinct)

    def _depth(self, row: int, form: tuple[str, int]) -> int:
        """How far down the deepest of the submitted text's first tokens is."""
        tokens = self._tokens[row][:_LEADING]
        pieces = [self._writer.text((token,)) for token in tokens]
        changed = (place for place, piece in enumerate(pieces) if _CHANGED & {*piece})
        begin = next(changed, len(tokens))
        # A space before the first word may have been written as a token, or not at all.
        plain = tuple(each for each, piece in zip(tokens[:begin], pieces) if piece.strip())
        read = self._read(form)[row]
        depths = [max(self._writer.ranks(read, each)) for each in {plain, tokens[:begin]} if each]
        return min(depths, default=1)

    @property
    def _allowed(self) -> int:
        """How many of the few rows may differ."""
        return 1 if len(self._probes) > _AT_ONCE else 0

    def _agrees(self, settings: Settings) -> bool:
        known = self._shown.lost(settings)
        following, wanted = self._following(known), self._wanted
        for rows in self._in_turn(known):
            for row, written in self._follow(rows, settings, following):
                # What was given up on the way is no text of its own.
                if written is not None and canonical(self._writer.text(written)) != wanted[row]:
                    following.missed(row)
            if following.failed:
                self._shown.keep(settings, following)
                self._ask_first(following.differing)
                break
        return not following.failed

    def _ask_first(self, differing: Collection[int]) -> None:
        """What differs with one setting is likely to with the next: ask these rows before others.

        All of the rows have to agree in the end, so that their order changes no answer.
        """
        others = [row for row in self._probes if row not in differing]
        self._probes = (*(row for row in self._probes if row in differing), *others)

    def _following(self, lost: Collection[int]) -> Following:
        wanted = {row: self._wanted[row] for row in self._probes}
        return Following(wanted, self._allowed, self._writer.text, lost)

    def _in_turn(self, known: Collection[int]) -> Iterator[Sequence[int]]:
        """The few rows, a few at a time, without those that are known to differ."""
        rows = [row for row in self._probes if row not in known]
        for start in range(0, len(rows), _AT_ONCE):
            yield rows[start : start + _AT_ONCE]

    def _follow(
        self, rows: Sequence[int], settings: Settings, following: Following
    ) -> Iterator[tuple[int, Optional[Ids]]]:
        """What the model writes for the rows, as far as it can become the submitted texts."""

        def hopeless(live: Mapping[int, Sequence[Ids]]) -> bool:
            return following.hopeless({rows[place]: live[place] for place in live})

        inputs = self._read(_form(settings))
        return zip(rows, self._writer.follow([inputs[row] for row in rows], settings, hopeless))

    def _write(self, rows: Sequence[int], settings: Settings) -> Iterator[tuple[int, Ids]]:
        inputs = self._read(_form(settings))
        return zip(rows, self._writer.write([inputs[row] for row in rows], settings))

    def _read(self, form: tuple[str, int]) -> tuple[Ids, ...]:
        if form not in self._inputs:
            self._inputs[form] = self._writer.inputs(self._bills, *form)
        return self._inputs[form]

    def _choose_probes(self) -> tuple[int, ...]:
        """A few rows with different texts, rather long ones, of rather short bills."""
        middle = sorted(self._counts)[len(self._counts) // 2] if self._counts else 0
        order = sorted(
            range(len(self._bills)),
            key=lambda row: (self._counts[row] < middle, len(self._bills[row]), row),
        )
        first: dict[str, int] = {}
        for row in order:
            first.setdefault(self._wanted[row], row)
        different = list(first.values())
        rest = [row for row in order if row not in set(different)]
        return tuple((different + rest)[:_PROBES])


def _form(settings: Settings) -> tuple[str, int]:
    return settings.prefix, settings.max_input_tokens


def told(settings: Settings) -> str:
    """The settings in words, with how the bill is read where that is not as usual."""
    usual = Settings(settings.max_length)
    words = [str(settings)]
    if settings.early_stopping:
        words.append("early stopping")
    if settings.prefix != usual.prefix:
        words.append(f'prefix "{settings.prefix}"' if settings.prefix else "no prefix")
    if settings.max_input_tokens != usual.max_input_tokens:
        words.append(f"input cut at {settings.max_input_tokens} tokens")
    return ", ".join(words)
