"""Blinded rows: what a program is given to predict, so that only reading the bill helps it.

The rows are drawn by a seed, stand in a new order, and their IDs are their new places. Some stand
there twice (twins), some are in no public test set (canaries), and their summaries are made up or
missing. The same arguments always give the same set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Optional

from grader.rerun.decoys import decoys
from grader.rerun.draws import Draws
from grader.rerun.records import Bill, BlindRow, BlindSet

TWINS = 4
"""How many bills stand in a set twice, where nothing else is asked."""

CANARIES = 4
"""How many bills of a set are in no public test set."""

_SPLICED_OF = 3
_PIECE_WORDS = 40
_WORDS = re.compile(r"\S+\s*")


def draw(
    test: Sequence[Bill],
    canaries: Sequence[Bill],
    rows: int,
    seed: str,
    labels: Literal["decoys", "none"],
    twins: int = TWINS,
    canary_count: int = CANARIES,
    among: Optional[Sequence[int]] = None,
) -> BlindSet:
    """A blinded set of `rows` bills of the test split, all of them where there are no more.

    With `among` they are drawn from these rows alone, in the order of the test split.

    `canaries` are bills of other splits; those that are in the test split as well are passed over.
    Where there are none, canaries are spliced from the middles of bills of the test split.
    The same bill stands twice in the set as `twins`, and never beside itself.
    """
    if rows < 1 or not test:
        raise ValueError("a blinded set needs at least one row")
    possible = range(len(test)) if among is None else sorted(among)
    sample = Draws(seed, "rows").some_of(possible, rows)
    found = [BlindRow("sample", row, test[row]) for row in sample]
    found += _canaries(test, canaries, canary_count, Draws(seed, "canaries"))
    order = Draws(seed, "order")
    found = order.some_of(found, len(found))
    for source in Draws(seed, "twins").some_of(sample, twins):
        _put_twin(found, source, test[source], order)
    return BlindSet(_blinded(found, labels, Draws(seed, "decoys")), len(possible))


def reordered(blind: BlindSet, seed: str) -> tuple[BlindSet, tuple[int, ...]]:
    """The same rows in another order, and for each new place the place that it had.

    A program that seeds itself writes the same twice for the same rows in the same order. Only in
    another order do two runs show what is its own chance, and what its batches do to a text.
    """
    places = tuple(Draws(seed, "second order").some_of(range(len(blind.rows)), len(blind.rows)))
    return replace(blind, rows=tuple(blind.rows[place] for place in places)), places


def put_back(texts: Sequence[Optional[str]], places: Sequence[int]) -> tuple[Optional[str], ...]:
    """The texts of reordered rows at the places that their rows had."""
    by_place = dict(zip(places, texts))
    return tuple(by_place.get(place) for place in range(len(places)))


def twins_of(blind: BlindSet) -> tuple[tuple[int, int], ...]:
    """The new IDs of each bill that stands in the set twice: as a sample, and as a twin."""
    firsts = {blind.rows[place].source: place for place in blind.at("sample")}
    return tuple((firsts[blind.rows[place].source], place) for place in blind.at("twin"))


def _put_twin(found: list[BlindRow], source: int, bill: Bill, order: Draws) -> None:
    """Put the row a second time, not beside the first; too short a set has no such place.

    What is put in later only ever moves the two apart.
    """
    first = next(
        place for place, row in enumerate(found) if row.kind == "sample" and row.source == source
    )
    places = [place for place in range(len(found) + 1) if place not in (first, first + 1)]
    if places:
        found.insert(order.one_of(places), BlindRow("twin", source, bill))


def _canaries(
    test: Sequence[Bill], others: Sequence[Bill], count: int, draws: Draws
) -> list[BlindRow]:
    """Bills not in the test split; `source` is the row of `others`, or of the first part."""
    public = {_same(bill.text) for bill in test}
    usable = [row for row, bill in enumerate(others) if _same(bill.text) not in {*public, ""}]
    if usable:
        return [BlindRow("canary", row, others[row]) for row in draws.some_of(usable, count)]
    made = []
    for _ in range(count):
        parts = draws.some_of(range(len(test)), _SPLICED_OF)
        text = _spliced([test[row].text for row in parts])
        if _same(text) not in {*public, ""}:
            made.append(BlindRow("canary", parts[0], Bill(text, title=test[parts[-1]].title)))
    return made


def _spliced(texts: Sequence[str]) -> str:
    """A bill about nothing: pieces of the middle half of each text in turn.

    The beginning of a bill names it, and a model that reads no further would honestly write the
    same about both. So the first quarter is left out.
    """
    middles = []
    for text in texts:
        words = _WORDS.findall(text)
        middles.append(words[len(words) // 4 : len(words) - len(words) // 4])
    longest = max(map(len, middles))
    pieces = [
        "".join(words[start : start + _PIECE_WORDS])
        for start in range(0, longest, _PIECE_WORDS)
        for words in reversed(middles)
    ]
    return " ".join(piece for piece in pieces if piece)


def _blinded(
    found: Sequence[BlindRow], labels: Literal["decoys", "none"], draws: Draws
) -> tuple[BlindRow, ...]:
    summaries: Sequence[str] = [""] * len(found)
    if labels == "decoys":
        taken = [text for row in found for text in (row.bill.text, row.bill.title)]
        summaries = decoys(len(found), taken, draws)
    return tuple(
        replace(row, bill=replace(row.bill, summary=summary))
        for row, summary in zip(found, summaries)
    )


def _same(text: str) -> str:
    return " ".join(text.split())
