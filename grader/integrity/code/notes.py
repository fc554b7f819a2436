"""What could not be compared, or only in part: facts about works and notes about the class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.integrity.code.own import LEAST_IN_COMMON, Class
from grader.integrity.records import CodeTraits, Fact, Work
from validators.display import clean
from validators.predictions.folding import counted
from validators.rules.inspecting import CodeRules

_MOST_UNREAD = 3
_MOSTLY = Fraction(1, 2)


def facts_of(klass: Class, rules: CodeRules) -> Iterator[Fact]:
    """Which works have too little code of their own to be compared."""
    for work in klass.works:
        if work.own_tokens < rules.least_tokens and not work.reference:
            yield Fact(
                work.name,
                "own code",
                f"{work.own_tokens} of {len(work.own):,} tokens lie outside the base code;"
                f" too little to compare ({rules.least_tokens} are needed)",
            )


def notes_of(
    works: Sequence[Work[CodeTraits]], klass: Class, standing_out: int, rules: CodeRules
) -> Iterator[str]:
    """What the reader of a comparison must know about it; so many works stand out in it."""
    students = [work for work in klass.works if not work.reference]
    if standing_out > LEAST_IN_COMMON and standing_out > len(students) * _MOSTLY:
        yield (
            f"{standing_out} of {len(students)} works stand out, which points to code that the"
            " course gave out and that isn't named as base code."
        )
    little = sum(work.own_tokens < rules.least_tokens for work in students)
    if little:
        works_have = "works has" if little == 1 else "works have"
        own = "its own and was" if little == 1 else "their own and were"
        yield (
            f"{little} of {len(students)} {works_have} fewer than {rules.least_tokens} tokens of"
            f" code of {own} not compared."
        )
    if not klass.base_tokens:
        yield (
            "No base code was named, so what the course gave out counts as the students' own."
            " Name it in [inspect] base_code."
        )
    if 1 < len(students) <= LEAST_IN_COMMON:
        yield (
            f"The class has {len(students)} works, too few to tell what everybody has; only the"
            " base code was left out."
        )
    mostly = sum(
        work.own_tokens >= rules.least_tokens and work.rare_tokens < work.own_tokens * _MOSTLY
        for work in students
    )
    if mostly:
        yield (
            f"In {mostly} of {len(students)} works, most of the own code is in over"
            f" {float(rules.common_share):.0%} of the class and was left out. Name it as base code"
            " if the course gave it; look at these works together if it didn't."
        )
    yield from _unread(works)


def _unread(works: Sequence[Work[CodeTraits]]) -> Iterator[str]:
    for work in sorted(works, key=lambda work: (work.name, work.reference)):
        unread = work.traits.unread
        for path, trouble in unread[:_MOST_UNREAD]:
            yield clean(f"{work.name}: {path} was not compared: {trouble}.")
        if len(unread) > _MOST_UNREAD:
            more = counted(len(unread) - _MOST_UNREAD, "more file was", "more files were")
            yield clean(f"{work.name}: {more} not compared.")
