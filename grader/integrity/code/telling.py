"""How a pair of alike works is told: to the one concerned, without a word of the other's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.integrity.code.own import Class, Owned
from grader.integrity.code.passages import Alike, passages
from grader.integrity.labels import pair_label
from grader.integrity.records import Cluster, Found, Pair, Passage, Spread
from validators.findings import Finding, Place
from validators.integrity_codes import code as codes
from validators.rules.inspecting import CodeRules

_MOST_ROWS = 200
_MOST_TOLD = 10


@dataclass(frozen=True)
class Seen:
    """A pair that stands out: its passages, each with how many works have its rarest part."""

    alike: Alike
    passages: tuple[tuple[Passage, int], ...]
    label: str
    together: int
    """How many works hang together by pairs, these two among them."""

    @classmethod
    def of(cls, alike: Alike, klass: Class, clusters: Sequence[Cluster]) -> Seen:
        """The pair with all that is told of it."""
        names = alike.first.name, alike.second.name
        together = max(len(each.names) for each in clusters if names[0] in each.names)
        return cls(alike, passages(alike, klass), pair_label("code", *names), together)

    @property
    def coverage(self) -> float:
        """The share of the smaller work's own tokens that both have."""
        return self.alike.own / min(self.alike.first.own_tokens, self.alike.second.own_tokens)

    @property
    def rare_coverage(self) -> float:
        """The same of what not much of the class has."""
        return self.alike.rare / min(self.alike.first.rare_tokens, self.alike.second.rare_tokens)


@dataclass(frozen=True)
class Context:
    """The class that a pair is told beside."""

    spread: Spread
    rules: CodeRules


@dataclass(frozen=True)
class _Side:
    """One side of a passage: its file, its lines, and its size."""

    file: str
    lines: tuple[int, int]
    size: int


def pair_of(seen: Seen) -> Pair:
    """The record of a pair, for whoever decides."""
    first, second = seen.alike.first, seen.alike.second
    return Pair(
        "code", first.name, second.name, seen.label,
        figures=(
            ("coverage", round(seen.coverage, 3)),
            ("shared tokens", float(seen.alike.own)),
            ("own tokens of the first", float(first.own_tokens)),
            ("own tokens of the second", float(second.own_tokens)),
            ("coverage without what is common in the class", round(seen.rare_coverage, 3)),
            ("passages", float(len(seen.passages))),
            ("tokens of the largest passage", float(seen.passages[0][0].size)),
        ),
        passages=tuple(passage for passage, _ in seen.passages),
        headers=("first", "lines", "second", "lines", "tokens", "works that have it"),
        rows=tuple(_row(passage, works) for passage, works in seen.passages[:_MOST_ROWS]),
    )  # fmt: skip


def _row(passage: Passage, works: int) -> tuple[str, ...]:
    return (
        passage.first_file, _lines(passage.first_lines),
        passage.second_file, _lines(passage.second_lines), str(passage.size), str(works),
    )  # fmt: skip


def found_of(seen: Seen, context: Context) -> Iterator[Found]:
    """The findings about a pair: one for each side that is a work of this class."""
    first, second = seen.alike.first, seen.alike.second
    sides = [each for each, _ in seen.passages]
    ours = [_Side(each.first_file, each.first_lines, each.size) for each in sides]
    theirs = [_Side(each.second_file, each.second_lines, each.size) for each in sides]
    for work, other, parts in ((first, second, ours), (second, first, theirs)):
        if not work.reference:
            yield Found(work.name, _finding(seen, context, work, other, parts), (seen.label,))


def _finding(
    seen: Seen, context: Context, work: Owned, other: Owned, parts: Sequence[_Side]
) -> Finding:
    whose = "a work of an earlier year" if other.reference else "another submission"
    longest = parts[0]
    of_cells = " (of its code cells, joined)" if longest.file.endswith(".ipynb") else ""
    several = "one passage" if len(parts) == 1 else f"{len(parts)} passages"
    message = (
        f"{seen.alike.own:,} of this work's {work.own_tokens:,} own tokens of code are also in"
        f" {whose} (pair {seen.label}), which is {seen.coverage:.0%} of what is own in the smaller"
        f" of the two: {several}, the largest with {longest.size:,} tokens in lines"
        f" {_lines(longest.lines)}{of_cells}. Own is what lies outside the code that everybody was"
        f" given; names, literals, comments and order don't count."
    )
    return codes.ALIKE.at(
        Place(longest.file, longest.lines[0]),
        message,
        remedy=_remedy(seen, context, other),
        pair=seen.label,
        shared_tokens=seen.alike.own,
        own_tokens=work.own_tokens,
        coverage=round(seen.coverage, 3),
        passages=len(parts),
        largest=tuple((each.file, *each.lines, each.size) for each in parts[:_MOST_TOLD]),
    )


def _remedy(seen: Seen, context: Context, other: Owned) -> str:
    alone = sum(works <= 2 - other.reference for _, works in seen.passages)
    sentences = [
        shown(context.spread),
        f"Without what over {float(context.rules.common_share):.0%} of the class has in common,"
        f" this pair comes to {seen.rare_coverage:.0%}.",
        f"{alone} of its {len(seen.passages)} passages hold a part that no other work of the class"
        " has.",
        f"{seen.together} works hang together by such pairs." if seen.together > 2 else "",
        "This can have an innocent reason: the same public example, code that the course gave out"
        " and that isn't named as base code, or help that was allowed.",
        f"Read both sides (grade evidence {seen.label}), look whether slips, odd names and comments"
        " agree too, and ask how the parts came about, before you decide.",
    ]
    return " ".join(filter(None, sentences))


def shown(spread: Spread) -> str:
    """Where the class lies, in a sentence."""
    if spread.compared == spread.flagged:
        return f"Pairs compared: {spread.compared:,}; all of them stand out."
    return (
        f"Pairs compared: {spread.compared:,}; standing out: {spread.flagged:,}. The others share"
        f" {spread.median:.0%} (median), {spread.percentile_95:.0%} (95 of 100 share no more) and"
        f" {spread.highest:.0%} (highest) of the smaller work's own code."
    )


def _lines(lines: tuple[int, int]) -> str:
    return str(lines[0]) if lines[0] == lines[1] else f"{lines[0]}-{lines[1]}"
