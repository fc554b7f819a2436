"""Two texts beside each other: which lines of a matching passage belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Optional

from grader.integrity.code.lexing import statements
from grader.integrity.code.normal import Normal, normal_tokens
from grader.integrity.records import Pair, Passage
from grader.integrity.showing.runs import common_runs
from validators.display import clean

LONGEST_LINE = 400
"""So many characters of a line are shown; how many more there are is told."""
MATCHED, SAME, OTHER = ">", "=", "~"
"""The mark of a line that matches; between two lines that read the same, and that don't."""
_CONTEXT, _MOST_BETWEEN = 2, 6
_LEAST_TOKENS = 3  # fewer in a row are the same in any two programs
_LEAST_WORDS, _MOST_WORDS = 3, 400
_TAB = 4


Files = Mapping[str, Sequence[str]]
"""The lines of a work's files by path."""


@dataclass(frozen=True)
class Cell:
    """One line of one side, fit to be shown; `matched` when it is part of what matches."""

    text: str
    number: Optional[int] = None
    matched: bool = True


@dataclass(frozen=True)
class Row:
    """Two lines that stand beside each other; `same` when they read the same."""

    left: Optional[Cell] = None
    right: Optional[Cell] = None
    same: bool = False

    @property
    def matched(self) -> bool:
        """Whether either side is part of what matches."""
        return any(cell is not None and cell.matched for cell in (self.left, self.right))

    @property
    def says_something(self) -> bool:
        """Whether a side has more than an empty line."""
        return any(cell is not None and cell.text.strip() for cell in (self.left, self.right))

    @property
    def between(self) -> str:
        """The mark between the two; none around what matches."""
        if self.left is None or self.right is None or not self.left.matched:
            return ""
        return SAME if self.same else OTHER


@dataclass(frozen=True)
class Block:
    """One passage, the how-manieth of its pair, with its lines; no rows when the text has gone."""

    number: int
    passage: Passage
    rows: tuple[Row, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        """The side of which there is no line, where the other one has some."""
        sides = {
            "first": any(row.left is not None for row in self.rows),
            "second": any(row.right is not None for row in self.rows),
        }
        return tuple(side for side, there in sides.items() if self.rows and not there)


def blocks_of(pair: Pair, first: Files, second: Files, most: int) -> tuple[Block, ...]:
    """The largest passages of a pair, as the first work has them, with a little around them."""
    numbered = list(enumerate(ordered(pair), 1))
    largest = sorted(numbered, key=lambda each: (-each[1].size, each[0]))[:most]
    both = _Work.of(first), _Work.of(second)
    return tuple(
        Block(number, passage, tuple(_passage_rows(passage, *both)))
        for number, passage in sorted(largest, key=lambda each: each[0])
    )


def ordered(pair: Pair) -> tuple[Passage, ...]:
    """The passages of a pair as the first work has them."""
    return tuple(
        sorted(
            pair.passages,
            key=lambda e: (e.first_file, e.first_lines, e.second_file, e.second_lines, e.size),
        )
    )


def where(passage: Passage) -> tuple[str, str]:
    """Where a passage lies in both works: file, first and last line; empty where it is hidden."""
    sides = (
        (passage.first_file, passage.first_lines),
        (passage.second_file, passage.second_lines),
    )
    told = [f"{file}:{start}-{end}" if file else "" for file, (start, end) in sides]
    return told[0], told[1]


def folded(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows without empty lines, and with one row in place of many that don't match."""
    for matched, group in groupby(rows, key=lambda row: row.matched):
        some = [row for row in group if matched or row.says_something]
        if matched or len(some) <= _MOST_BETWEEN:
            yield from some
        else:
            yield from some[:_CONTEXT]
            left = f"… {len(some) - 2 * _CONTEXT:,} lines that don't match"
            yield Row(Cell(left, matched=False), Cell("…", matched=False))
            yield from some[-_CONTEXT:]


def fit(line: str) -> str:
    """A student's line, fit to be shown: no tab, nothing that steers, and not without end."""
    more = len(line) - LONGEST_LINE
    shown = clean(line[:LONGEST_LINE].rstrip("\r\n").expandtabs(_TAB))
    return f"{shown}… ({more:,} more characters)" if more > 0 else shown


def text_rows(first: str, second: str) -> tuple[Row, ...]:
    """Two texts, cut where they begin and end to have words in common (three or more in a row)."""
    left, right = first.split()[:_MOST_WORDS], second.split()[:_MOST_WORDS]
    rows: list[Row] = []
    one = other = 0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for start, at, size in matcher.get_matching_blocks():
        if 0 < size < _LEAST_WORDS and not (size == len(left) == len(right)):
            continue
        rows += _text_row(left[one:start], right[other:at], False)
        rows += _text_row(left[start : start + size], right[at : at + size], True)
        one, other = start + size, at + size
    return tuple(rows)


def _text_row(left: Sequence[str], right: Sequence[str], same: bool) -> Iterator[Row]:
    if left or right:
        yield Row(_words(left, same), _words(right, same), same)


def _words(words: Sequence[str], matched: bool) -> Optional[Cell]:
    return Cell(clean(" ".join(words)), matched=matched) if words else None


@dataclass(frozen=True)
class _Work:
    """The files of one side, and their tokens as they are compared, each with its line."""

    files: Files
    tokens: Mapping[str, Sequence[Normal]]

    @classmethod
    def of(cls, files: Files) -> _Work:
        read = {path: tuple(statements("\n".join(lines))) for path, lines in files.items()}
        return cls(files, normal_tokens(read))

    def part(self, file: str, lines: tuple[int, int]) -> _Part:
        first, last = max(1, lines[0]), max(0, lines[1])
        whole = self.files.get(file, ())
        inside = tuple(each for each in self.tokens.get(file, ()) if first <= each[1] <= last)
        return _Part(whole, first, min(last, len(whole)), inside)


@dataclass(frozen=True)
class _Part:
    """The lines of one side that a passage covers, from `start` to `end`, and their tokens."""

    file: Sequence[str]
    start: int
    end: int
    tokens: Sequence[Normal]

    def cell(self, line: int, matched: bool) -> Cell:
        return Cell(fit(self.file[line - 1]), line, matched)

    def cells(self, lines: range, matched: bool = False) -> list[Cell]:
        return [self.cell(line, matched) for line in lines]

    def before(self) -> list[Cell]:
        there = self.start <= self.end
        return self.cells(range(max(1, self.start - _CONTEXT), self.start)) if there else []

    def after(self) -> list[Cell]:
        last = min(len(self.file), self.end + _CONTEXT) if self.start <= self.end else 0
        return self.cells(range(self.end + 1, last + 1))


def _passage_rows(passage: Passage, first: _Work, second: _Work) -> Iterator[Row]:
    left = first.part(passage.first_file, passage.first_lines)
    right = second.part(passage.second_file, passage.second_lines)
    if left.start > left.end and right.start > right.end:
        return
    yield from _beside(left.before(), right.before(), at_end=True)
    pairs = _matching_lines(left, right)
    # Where nothing says which line belongs to which, all that the passage covers is marked.
    alone = not pairs
    one, other = left.start - 1, right.start - 1
    for mine, theirs in pairs:
        new, also = mine > one, theirs > other
        yield from _beside(left.cells(range(one + 1, mine)), right.cells(range(other + 1, theirs)))
        yield Row(
            left.cell(mine, True) if new else None,
            right.cell(theirs, True) if also else None,
            new and also and _reads_same(left.file[mine - 1], right.file[theirs - 1]),
        )
        one, other = max(one, mine), max(other, theirs)
    rest = range(one + 1, left.end + 1), range(other + 1, right.end + 1)
    yield from _beside(left.cells(rest[0], alone), right.cells(rest[1], alone))
    yield from _beside(left.after(), right.after())


def _matching_lines(left: _Part, right: _Part) -> list[tuple[int, int]]:
    """Lines of both that have tokens in common, each pair once, in the order of both."""
    runs = common_runs([text for text, _ in left.tokens], [text for text, _ in right.tokens])
    least = min(_LEAST_TOKENS, len(left.tokens), len(right.tokens))
    counts = Counter(
        (left.tokens[run.left + step][1], right.tokens[run.right + step][1])
        for run in runs
        if run.size >= least
        for step in range(run.size)
    )
    sizes = [Counter(line for _, line in part.tokens) for part in (left, right)]
    known: list[tuple[int, int]] = []
    for (mine, theirs), count in sorted(counts.items()):
        # One token of a longer line is where a run begins or ends, and nothing that matches.
        enough = count > 1 or 1 in (sizes[0][mine], sizes[1][theirs])
        if enough and (not known or theirs >= known[-1][1]):
            known.append((mine, theirs))
    return known


def _reads_same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _beside(left: list[Cell], right: list[Cell], at_end: bool = False) -> Iterator[Row]:
    """Cells of both in rows from the first one on; `at_end` lets both end in the same row."""
    height = max(len(left), len(right))
    for place in range(height):
        cells: list[Optional[Cell]] = []
        for side in (left, right):
            own = place - (height - len(side) if at_end else 0)
            cells.append(side[own] if 0 <= own < len(side) else None)
        one, other = cells
        same = False
        if one is not None and other is not None and one.matched:
            same = _reads_same(one.text, other.text)
        yield Row(one, other, same)
