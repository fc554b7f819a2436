"""One pair on a terminal: who, by which figures, and the matching parts side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.integrity.records import Pair
from grader.integrity.showing.aligned import Block, blocks_of, folded, text_rows, where
from grader.integrity.showing.drawing import heading, one_side, prose, side_by_side
from grader.integrity.showing.evidence import Evidence, Person
from grader.integrity.showing.words import (
    PARTS,
    context_title,
    digests,
    explanations,
    marked,
    number,
    spread_sentence,
    texts_of,
)
from leaderboard.terminal import laid_out
from validators.display import clean

_MOST_BLOCKS, _MOST_ROWS = 20, 60


def pair_body(evidence: Evidence, pair: Pair, width: int) -> Iterator[str]:
    """Everything about one pair."""
    yield from heading(f"{PARTS[pair.about]}: pair {pair.label}")
    heads = ("yours ", "other ") if evidence.for_whom == "student" else ("first ", "second")
    for mark, name in zip(heads, (pair.first, pair.second)):
        yield from prose(f"{mark}  {_person(evidence.who(name))}", width)
        for path, digest in sorted(set(digests(evidence, name, pair))):
            yield clean(f"        {path}")
            yield f"        sha-256 {clean(digest)}"
    yield ""
    for name, value in pair.figures:
        yield clean(f"  {name}: {number(value)}")
    yield from _class(evidence, pair, width)
    for text in explanations(evidence, pair):
        yield from prose(text, width)
    yield from _passages(evidence, pair, width)
    yield from _rows(evidence, pair, width)


def _person(person: Person) -> str:
    package = f" · {person.package}" if person.package else ""
    digest = f" · sha-256 {person.digest}" if person.digest else ""
    return f"{person}{package}{digest}"


def _class(evidence: Evidence, pair: Pair, width: int) -> Iterator[str]:
    yield from heading(context_title(evidence))
    for spread in evidence.spreads_of(pair.about):
        yield from prose(spread_sentence(spread), width)


def _passages(evidence: Evidence, pair: Pair, width: int) -> Iterator[str]:
    if not pair.passages:
        return
    yield from heading(f"Matching passages: {len(pair.passages):,}")
    both = " · = both lines read the same · ~ they don't"
    yield "> the line is part of what matches" + ("" if evidence.for_whom == "student" else both)
    lines = evidence.lines(pair.first), evidence.lines(pair.second)
    blocks = blocks_of(pair, *lines, _MOST_BLOCKS)
    for block in blocks:
        yield ""
        yield from _block(evidence, block, width)
    if len(pair.passages) > len(blocks):
        yield f"and {len(pair.passages) - len(blocks):,} shorter passages: --html shows more"


def _block(evidence: Evidence, block: Block, width: int) -> Iterator[str]:
    passage = block.passage
    left, right = where(passage)
    rows = tuple(folded(block.rows))
    if not right:
        yield from prose(f"{block.number}. {left} ({passage.size:,} tokens)", width)
        yield from one_side(rows[:_MOST_ROWS], width)
    elif block.rows:
        yield f"{block.number}. {passage.size:,} tokens"
        yield from (f"   the text of the {side} isn't kept" for side in block.lacking)
        yield from side_by_side(rows[:_MOST_ROWS], (left, right), width)
    else:
        yield from prose(f"{block.number}. {left} | {right} ({passage.size:,} tokens)", width)
        yield "   the text was left out" if evidence.texts_left_out else "   the text isn't kept"
    if len(rows) > _MOST_ROWS:
        yield f"   {len(rows) - _MOST_ROWS:,} more lines: --html shows more"


def _rows(evidence: Evidence, pair: Pair, width: int) -> Iterator[str]:
    if not pair.rows:
        return
    if texts_of(pair):
        both = texts_of(pair) == 2
        yield from heading(f"{'Rows of both' if both else 'Rows'}: {len(pair.rows):,}")
        if both:
            yield "> the words are part of what matches"
        for row in pair.rows:
            yield from _texts(evidence, pair, row, width)
        return
    yield from heading("What was compared in detail")
    marks = marked(evidence, pair)
    cells = [[mark, *map(clean, row)] for mark, row in zip(marks, pair.rows)]
    headers = ("", *map(clean, pair.headers))
    yield from laid_out(headers, cells, width).splitlines()
    if any(marks):
        yield "> at or over the threshold"


def _texts(evidence: Evidence, pair: Pair, row: Sequence[str], width: int) -> Iterator[str]:
    yield ""
    yield clean(f"{pair.headers[0]} {row[0]}")
    if texts_of(pair) == 1:
        yield from prose(row[1], width - 4, "    ")
        return
    names = evidence.who(pair.first), evidence.who(pair.second)
    yield from side_by_side(text_rows(row[1], row[2]), (str(names[0]), str(names[1])), width)
