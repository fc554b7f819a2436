"""Made-up bills and their summaries, in the manner of BillSum: the same ones for the same seed.

A summary tells what the operative sections do, never what was found or defined. It is determined
by the bill; who copies the bill's first words gets little of it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from grader.demo.corpus_california import state_bill
from grader.demo.corpus_kinds import KINDS, Kind, Section
from grader.demo.corpus_layout import bill_summary, bill_text, bill_title
from grader.demo.corpus_parts import EXTRAS, definitions, findings, other, requirements
from grader.demo.corpus_words import ADJECTIVES, NOUNS, OFFICES, SUBJECTS, YEARS

Length = Literal["short", "real"]
"""`short`: a small model learns them in minutes. `real`: as long as those of BillSum."""


@dataclass(frozen=True)
class Bill:
    """One row of the data set: its three columns."""

    title: str
    text: str
    summary: str


@dataclass(frozen=True)
class Sizes:
    """How many bills each split has."""

    test: int = 300
    ca_test: int = 40
    validation: int = 200
    train: int = 6000


SIZES = Sizes()
"""The sizes of the demo's own data set."""


@dataclass(frozen=True)
class Corpus:
    """The splits of a data set; no bill and no summary is in two of them, or twice in one.

    `public` are the rows of `test` that the public leaderboard shows; the others are private.
    """

    train: tuple[Bill, ...]
    validation: tuple[Bill, ...]
    test: tuple[Bill, ...]
    ca_test: tuple[Bill, ...]
    public: frozenset[int]

    @property
    def splits(self) -> dict[str, tuple[Bill, ...]]:
        """The splits by the names that they have in BillSum; only `validation` is not there."""
        names = ("train", "validation", "test", "ca_test")
        return {name: getattr(self, name) for name in names}


def make_corpus(seed: int = 0, sizes: Sizes = SIZES, length: Length = "short") -> Corpus:
    """A data set; the test split is the same however many bills there are to train on."""
    federal_source, state_source = (
        _source("federal bills", length, seed),
        _source("state bills", seed),
    )
    federal = _distinct(lambda: make_bill(federal_source, length))
    state = _distinct(lambda: Bill(*state_bill(state_source)))
    test = tuple(islice(federal, sizes.test))
    validation = tuple(islice(federal, sizes.validation))
    train = tuple(islice(federal, sizes.train))
    ca_test = tuple(islice(state, sizes.ca_test))
    public = _source("public rows", seed).sample(range(sizes.test), sizes.test // 2)
    return Corpus(train, validation, test, ca_test, frozenset(public))


def make_bill(source: random.Random, length: Length = "short") -> Bill:
    """One bill, drawn from the source."""
    office = source.choice(OFFICES)
    words = (source.choice(ADJECTIVES), source.choice(SUBJECTS), source.choice(NOUNS))
    year = source.choice(YEARS)
    name = f"{' '.join(words)} Act of {year}" if source.random() < _NAMED else ""
    sections = _short(source, year) if length == "short" else _real(source, year)
    return Bill(
        bill_title(sections, office),
        bill_text(name, sections, office),
        bill_summary(name, sections, office),
    )


_NAMED = 0.7
"""The share of bills with a short title, which their summaries begin with."""

_EXTRA = 0.5
"""How often something extra is there that goes with a bill."""

_MIDDLE_WORDS, _SPREAD_WORDS, _FEWEST, _MOST = 1080, 0.38, 600, 2600
_MIDDLE_TOLD, _SPREAD_TOLD, _FEWEST_TOLD, _MOST_TOLD = 125, 0.6, 26, 350
"""Median words, spread of their logarithm, fewest and most: of real bills and of summaries."""


def _short(source: random.Random, year: int) -> list[Section]:
    kinds = source.sample(list(KINDS), source.choice((1, 1, 2)))
    told = [*(kind(source) for kind in kinds), *_extras(source, kinds, year)]
    before = [findings(source, source.randint(1, 2), year)] if source.random() < 0.6 else []
    before += [definitions(source, 1, year)] if source.random() < 0.3 else []
    after = [other(source, year)] if source.random() < 0.4 else []
    return [*before, *told, *after]


def _real(source: random.Random, year: int) -> list[Section]:
    wanted = _drawn(source, _MIDDLE_WORDS, _SPREAD_WORDS, _FEWEST, _MOST)
    wanted_told = _drawn(source, _MIDDLE_TOLD, _SPREAD_TOLD, _FEWEST_TOLD, _MOST_TOLD)
    kinds = [source.choice(list(KINDS))]
    extras = _extras(source, kinds, year)
    told = [kinds[0](source)]
    while _words(section.told for section in (*told, *extras)) < wanted_told:
        told.append(source.choice(list(KINDS))(source))
    items = source.randint
    before = [findings(source, items(4, 8), year), definitions(source, items(3, 9), year)]
    sections = [*before, *told, *extras]
    while _words(section.body for section in sections) < wanted:
        sections += [requirements(source, items(3, 8), year), other(source, year)]
    return sections


def _extras(source: random.Random, kinds: Sequence[Kind], year: int) -> list[Section]:
    """Some of what goes with any of the kinds, in one order for all bills."""
    fitting = {name for kind in kinds for name in KINDS[kind]}
    found = [extra for name, extra in EXTRAS.items() if name in fitting]
    return [extra(source, year) for extra in found if source.random() < _EXTRA]


def _source(*what: object) -> random.Random:
    return random.Random(" ".join(map(str, what)))  # noqa: S311 (bills are no secret)


def _drawn(source: random.Random, middle: int, spread: float, fewest: int, most: int) -> int:
    return round(min(max(middle * math.exp(source.gauss(0, spread)), fewest), most))


def _words(texts: Iterable[str]) -> int:
    return sum(len(text.split()) for text in texts)


def _distinct(draw: Callable[[], Bill]) -> Iterator[Bill]:
    """Bills without end, no two of them with the same words in their text or their summary."""
    seen: set[str] = set()
    while True:
        bill = draw()
        keys = {" ".join(text.casefold().split()) for text in (bill.text, bill.summary)}
        if not keys & seen:
            seen |= keys
            yield bill
