"""Clues: what speaks for whom, and when they agree. Nothing is ever chosen between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

from grader.matching.register import Register, claimed_ids
from grader.records import About, Candidate, Question, Submission, Team
from validators.display import quoted
from validators.name_patterns import ids_in, match_name
from validators.rules import Rules

PACKAGE_NAME, NAMES_INSIDE = "package name", "file names inside"
PARTICIPANT, SHOWN_NAME = "participant id", "name"
TEAM_ID, TEAM_NAME, DECISION = "id in the team name", "name in the team name", "decision"


@dataclass(frozen=True)
class Clue:
    """One key: what it says, and the students whom that fits. A weak one never decides alone."""

    key: str
    says: str
    students: tuple[str, ...]
    weak: bool = False


@dataclass(frozen=True)
class Match:
    """The student whom all clues allow, and the keys that say so, in the order of the keys."""

    student: str
    keys: tuple[str, ...]


def submission_clues(submission: Submission, register: Register, rules: Rules) -> tuple[Clue, ...]:
    """What speaks for whom of the students, in the order in which the keys count."""
    clues = []
    for key, numbers in (
        (PACKAGE_NAME, claimed_ids(submission, register, rules)),
        (NAMES_INSIDE, submission.ids_inside),
    ):
        for number in numbers:
            clues.append(Clue(key, f'the id "{number}"', _known(number, register)))
    row = register.participant(submission)
    if row is not None:
        students = register.of_participant(row)
        clues.append(Clue(PARTICIPANT, f"participant {row.participant}", students))
    names = [submission.owner.name] if not submission.owner.group else []
    if row is not None and row.name not in names:
        names.append(row.name)
    for name in filter(None, names):
        clues.append(Clue(SHOWN_NAME, f"the name {quoted(name)}", register.named(name)))
    return tuple(clues)


def team_clues(team: Team, register: Register, rules: Rules) -> tuple[Clue, ...]:
    """What speaks for whom; a name alone is weak, since nicknames are free on Kaggle."""
    match = match_name(team.name, rules.team.pattern, rules.team.id)
    numbers = (match.student_id,) if match else ids_in(team.name.replace("_", " "), rules.team.id)
    clues = [
        Clue(TEAM_ID, f'the id "{number}"', _known(number, register))
        for number in dict.fromkeys(numbers)
    ]
    if any(clue.students for clue in clues):
        return tuple(clues)  # the id must be right, the name beside it may be anything
    name = match.name if match else team.name
    students = register.named(name)
    if students:
        clues.append(Clue(TEAM_NAME, f"the name {quoted(name)}", students, weak=True))
    return tuple(clues)


def verdict(
    about: About, subject: str, clues: Sequence[Clue], register: Register
) -> Union[Match, Question]:
    """The one student whom every clue allows, else the question who it is."""
    pointing = [clue for clue in clues if clue.students]
    common = set(pointing[0].students) if pointing else set()
    for clue in pointing:
        common &= set(clue.students)
    # An id that is on no roster is a wrong one: a mere name must not outweigh it.
    wrong_id = [clue for clue in clues if not clue.students and clue.key != SHOWN_NAME]
    by_name_only = all(clue.key == SHOWN_NAME for clue in pointing)
    sure = not all(clue.weak for clue in pointing) and not (wrong_id and by_name_only)
    if len(common) == 1 and sure:
        keys = tuple(dict.fromkeys(clue.key for clue in pointing))
        return Match(common.pop(), keys)
    return Question(about, subject, _asks(pointing, clues, common), _candidates(pointing, register))


def _known(number: str, register: Register) -> tuple[str, ...]:
    return (number,) if number in register.students else ()


def _asks(pointing: Sequence[Clue], clues: Sequence[Clue], common: set[str]) -> str:
    unknown = dict.fromkeys(clue.says for clue in clues if not clue.students)
    said = f" ({' and '.join(unknown)} fits no student)" if unknown else ""
    if not pointing:
        return f"Nothing says whose it is{said}." if unknown else "Nothing says whose it is."
    if not common:
        told = ", but ".join(f"{clue.key}: {clue.says}" for clue in pointing)
        return f"Its keys point to different students ({told})."
    if len(common) > 1:
        return f"It may be any of {len(common)} students, whom {pointing[0].says} fits."
    return f"Only {pointing[0].says} says whose it is{said}."


def _candidates(pointing: Sequence[Clue], register: Register) -> tuple[Candidate, ...]:
    reasons: dict[str, list[str]] = {}
    for clue in pointing:
        for number in clue.students:
            reasons.setdefault(number, []).append(clue.key)
    return tuple(
        Candidate(number, register.students[number].name, ", ".join(dict.fromkeys(reasons[number])))
        for number in sorted(reasons)
    )
