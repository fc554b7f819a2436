"""What a new state of the class changes: whose own case, and whose rank in its wake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Optional

from grader.judging import PART
from grader.matching.clues import DECISION
from grader.outcomes import Case, Figure, Judged, Ruling, State
from grader.records import Entrant
from validators.class_codes import NO_SCORE, NOTHING_HANDED_IN


@dataclass(frozen=True)
class Move:
    """One entrant before and after; None where they were not, or are no longer, in the class."""

    entrant: str
    before: Optional[Judged]
    after: Optional[Judged]

    @property
    def shift(self) -> Optional[Decimal]:
        """By how much the mark changes; None without a mark on either side."""
        if self.before is None or self.after is None:
            return None
        if self.before.total is None or self.after.total is None:
            return None
        return Decimal(self.after.total) - Decimal(self.before.total)

    @property
    def changes(self) -> tuple[str, ...]:
        """What changed of their findings, decisions, score and offences, each in a few words.

        It tells what verdict, rank and mark don't show; empty for who comes or goes.
        """
        if self.before is None or self.after is None:
            return ()
        return tuple(_changes(self.before, self.after))


@dataclass(frozen=True)
class Moves:
    """`own` are changes of an entrant's own case, `shifted` those whose rank alone gives or takes.

    `quiet` are changes that move no verdict, rank or mark, such as another note.
    """

    own: tuple[Move, ...] = ()
    shifted: tuple[Move, ...] = ()
    quiet: tuple[Move, ...] = ()

    @property
    def any(self) -> bool:
        """Whether a verdict, rank or mark moves."""
        return bool(self.own or self.shifted)

    @property
    def largest_shift(self) -> Decimal:
        """The largest change of a mark among those who only shift."""
        return max((abs(move.shift or Decimal(0)) for move in self.shifted), default=Decimal(0))


def moves_between(before: Optional[State], after: State) -> Moves:
    """The entrants that differ, by id."""
    old = {} if before is None else {_id(each): each for each in before.judged}
    new = {_id(each): each for each in after.judged}
    own, shifted, quiet = [], [], []
    for entrant in sorted({*old, *new}):
        was, now = old.get(entrant), new.get(entrant)
        if was == now:
            continue
        move = Move(entrant, was, now)
        if was is None or now is None or _own(was) != _own(now):
            own.append(move)
        elif (was.rank, was.total) != (now.rank, now.total):
            shifted.append(move)
        else:
            quiet.append(move)
    return Moves(tuple(own), tuple(shifted), tuple(quiet))


def _changes(before: Judged, after: Judged) -> Iterator[str]:
    old, new = (_value(each.case.figure) for each in (before, after))
    if old != new:
        yield f"score {old} → {new}"
    seen, sees = ({each.code for each in judged.case.findings} for judged in (before, after))
    was, now = ({each.code: each for each in judged.rulings} for judged in (before, after))
    for code in sorted({*seen, *sees, *was, *now}):
        if code in sees - seen and code not in was:
            yield f"{code} new ({_standing(now[code])})" if code in now else f"{code} new"
        elif code in seen - sees and code not in now:
            yield f"{code} gone"
        else:
            yield from _ruled_anew(code, was.get(code), now.get(code))
    costs, cost = ({(each.kind, each.number): each.penalty for each in judged.offences}
                   for judged in (before, after))  # fmt: skip
    for kind, number in sorted({*costs, *cost}):
        one, other = (each.get((kind, number), "none") for each in (costs, cost))
        if one != other:
            yield f"{kind}, no. {number}: {one} → {other}"


def _ruled_anew(code: str, was: Optional[Ruling], now: Optional[Ruling]) -> Iterator[str]:
    if _standing(was) != _standing(now):
        yield f"{code} {_standing(was)} → {_standing(now)}"
    elif was is not None and now is not None and was.decision != now.decision:
        yield f"{code} {_standing(now)} anew, decision {now.decision}"
    elif was != now:
        yield f"{code} rests on other evidence"


def _standing(ruling: Optional[Ruling]) -> str:
    if ruling is None:
        return "undecided"
    return (
        "set"
        if ruling.code.startswith(PART) and ruling.standing == "confirmed"
        else (ruling.standing)
    )


def _value(figure: Optional[Figure]) -> str:
    return "none" if figure is None else figure.value


def bereft(before: Optional[State], after: State) -> tuple[str, ...]:
    """Who loses what they had: their place in the class, their submission, or their score.

    It may be right, but an export of another class, or half of a leaderboard, looks the same.
    """
    old = {} if before is None else {_id(each): each.case for each in before.judged}
    new = {_id(each): each.case for each in after.judged}
    return tuple(
        entrant
        for entrant in sorted(old)
        if entrant not in new or _loses(old[entrant], new[entrant])
    )


def _loses(old: Case, new: Case) -> bool:
    """Whether they had it: what was only asked about and turned out not to be theirs is no loss."""
    lacks = {finding.code for finding in new.findings}
    handed_in = old.entrant.submission is not None and NOTHING_HANDED_IN.name in lacks
    scored = old.figure is not None and new.figure is None
    unscored = scored and (NO_SCORE.name in lacks or bool(new.unfinished))
    return handed_in or unscored or _displaced(old.entrant, new.entrant)


def _displaced(old: Entrant, new: Entrant) -> bool:
    """Whether what was theirs by its own keys gives way to what is theirs by the TA's word alone.

    So it is where an answer has a wrong but real id; two that both may be theirs are a question.
    """
    word = (DECISION,)
    team = old.team is not None and new.team is not None and old.team.id != new.team.id
    package = (
        old.submission is not None
        and new.submission is not None
        and old.submission.source != new.submission.source
    )
    return (team and old.team_by != word == new.team_by) or (
        package and old.submission_by != word == new.submission_by
    )


def _id(judged: Judged) -> str:
    return judged.case.entrant.student.id


def _own(judged: Judged) -> object:
    """What of an outcome doesn't depend on the others; the ranks are worth what N makes them."""
    figure = judged.case.figure
    penalties = tuple((each.kind, each.number, each.penalty) for each in judged.offences)
    baseline = tuple(part.points for part in judged.parts if part.name == "baseline")
    decided = tuple(each for each in judged.rulings if each.standing != "waits")
    unranked = judged.rank is None
    value = None if figure is None else Decimal(figure.value)
    return judged.verdict, value, unranked, penalties, baseline, decided
