"""Submission, student and team brought together; whatever is unclear is asked, never guessed."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Callable, Optional, TypeVar, Union

from grader.csv_files import CsvFileError
from grader.matching.answers import NO_ANSWERS, NOBODY, Answer, Answers, decided_time
from grader.matching.choosing import arrival, chosen
from grader.matching.clues import DECISION, Match, submission_clues, team_clues, verdict
from grader.matching.register import Register
from grader.records import Candidate, Entrant, Question, Student, Submission, Team
from validators.display import quoted
from validators.rules import Rules

Thing = TypeVar("Thing", Submission, Team)


@dataclass(frozen=True)
class Matching:
    """The class as it stands: every student, what is open, and what belongs to nobody (yet)."""

    entrants: tuple[Entrant, ...]
    questions: tuple[Question, ...]
    """Every question, answered or not, by key."""
    open: tuple[Question, ...]
    outdated: tuple[tuple[str, str], ...]
    """Keys of open questions that were answered when the facts were others, and how."""
    unmatched: tuple[Submission, ...]
    unmatched_teams: tuple[Team, ...]


def match_all(
    submissions: Sequence[Submission],
    register: Register,
    teams: Sequence[Team],
    rules: Rules,
    secret: bytes,
    answers: Answers = NO_ANSWERS,
) -> Matching:
    """Everyone with what they handed in; the order of what is given makes no difference."""
    run = _Run(register, rules, answers)
    ordered = sorted(submissions, key=lambda each: each.source)
    teams = sorted(teams, key=lambda each: each.id)
    owners = {each.source: run.owner_of(each) for each in ordered}
    sides = {each.id: run.owner_of_team(each) for each in teams}
    facts = _Facts(
        _by_student(ordered, lambda each: owners[each.source]),
        owners,
        {each.source: run.time_of(each) for each in ordered},
        _by_student(teams, lambda each: sides[each.id]),
        sides,
    )
    students = register.students.values()
    entrants = tuple(_entrant(student, facts, run, secret) for student in students)
    questions = tuple(sorted(run.questions, key=lambda each: each.key))
    return Matching(
        entrants,
        questions,
        tuple(each for each in questions if answers.to(each) is None),
        tuple((each.key, old) for each in questions if (old := answers.outdated(each))),
        tuple(each for each in ordered if facts.owners[each.source] is None),
        tuple(each for each in teams if facts.sides[each.id] is None),
    )


def pseudonym(student: str, secret: bytes) -> str:
    """A name for outputs without names: the same in every run of a course, not to be reversed."""
    code = hmac.new(secret, student.encode(), hashlib.sha256).digest()
    return "E-" + b32encode(code[:5]).decode("ascii")


@dataclass(frozen=True)
class _Facts:
    """Whose each submission and each team is, and when each came; None where that is open.

    `submissions` and `teams` are those of each student.
    """

    submissions: Mapping[str, Sequence[Submission]]
    owners: Mapping[str, Optional[Match]]
    times: Mapping[str, Optional[datetime]]
    teams: Mapping[str, Sequence[Team]]
    sides: Mapping[str, Optional[Match]]


class _Run:
    """One matching: the questions that come up while it goes, and the answers to them."""

    def __init__(self, register: Register, rules: Rules, answers: Answers) -> None:
        self.register = register
        self.rules = rules
        self.answers = answers
        self.questions: list[Question] = []

    def owner_of(self, submission: Submission) -> Optional[Match]:
        clues = submission_clues(submission, self.register, self.rules)
        found = verdict("submission", submission.source, clues, self.register)
        return self._settled("submission", submission.source, found)

    def owner_of_team(self, team: Team) -> Optional[Match]:
        clues = team_clues(team, self.register, self.rules)
        found = verdict("team", team.id, clues, self.register)
        if isinstance(found, Question):
            asks = f"The team {quoted(team.name)}: {found.asks}"
            found = Question("team", team.id, asks, found.candidates)
        return self._settled("team", team.id, found)

    def time_of(self, submission: Submission) -> Optional[datetime]:
        """When it was received: by the layout, the worksheet, or the TA; None when unknown."""
        row = self.register.participant(submission)
        known = submission.owner.received or (row.received if row else None)
        question = None
        if known is None and row is not None and row.unreadable:
            asks = f"The worksheet's time {quoted(row.modified, 60)} can't be read."
            question = Question("time", submission.source, asks)
            self.questions.append(question)
        answer = (
            self.answers.to(question)
            if question is not None
            else self.answers.by_key.get(f"time {submission.source}")
        )
        return known if answer is None else decided_time(answer)

    def choice(
        self, student: Student, own: Sequence[Submission], times: Mapping[str, Optional[datetime]]
    ) -> Optional[Submission]:
        """The submission that counts; None when there is none, or a question is open."""
        if not own:
            return None
        found = chosen(student.id, own, times, self.rules)
        key = f"choice {student.id}"
        answer = self.answers.by_key.get(key)
        if isinstance(found, Question):
            self.questions.append(found)
            answer = self.answers.to(found)
        if answer is not None:
            return self._own_choice(answer, student, own)
        return None if isinstance(found, Question) else found

    def team_choice(
        self, student: Student, teams: Sequence[Team], sides: Mapping[str, Optional[Match]]
    ) -> Optional[Team]:
        """The student's team; two of them are two accounts, which the TA must look at."""
        decided = [each for each in teams if _keys(sides[each.id]) == (DECISION,)]
        if len(decided) > 1:
            raise CsvFileError(self._both_decided(student, decided))
        certain = decided or teams
        if len(certain) < 2:
            return certain[0] if certain else None
        for team in teams:
            others = ", ".join(quoted(each.name) for each in teams if each is not team)
            asks = f"The team {quoted(team.name)}: its student has {others} as well."
            candidate = Candidate(student.id, student.name, "the id in both")
            self.questions.append(Question("team", team.id, asks, (candidate,)))
        return None

    def _both_decided(self, student: Student, teams: Sequence[Team]) -> str:
        lines = [self.answers.by_key[f"team {team.id}"].line for team in teams]
        told = " and ".join(quoted(team.name) for team in teams)
        return (
            f"{self.answers.file}:{max(lines)}: {told} are decided for {student.id} both. "
            f'Write "{NOBODY}" for those that don\'t count.'
        )

    def _settled(self, about: str, subject: str, found: Union[Match, Question]) -> Optional[Match]:
        """The match as it stands after the TA's word, which stands above every key."""
        answer = self.answers.by_key.get(f"{about} {subject}")
        if isinstance(found, Question):
            self.questions.append(found)
            answer = self.answers.to(found)
        if answer is not None:
            return self._decided(answer.decision)
        return None if isinstance(found, Question) else found

    def _decided(self, decision: str) -> Optional[Match]:
        student = None if decision == NOBODY else self.register.student(decision)
        return None if student is None else Match(student.id, (DECISION,))

    def _own_choice(
        self, answer: Answer, student: Student, own: Sequence[Submission]
    ) -> Submission:
        for each in own:
            if each.source == answer.decision:
                return each
        raise CsvFileError(
            f"{self.answers.file}:{answer.line}: {quoted(answer.decision, 80)} is not matched to "
            f"{student.id}. Decide on whose it is first."
        )


def _entrant(student: Student, facts: _Facts, run: _Run, secret: bytes) -> Entrant:
    """A student with everything that is theirs."""
    own = facts.submissions.get(student.id, ())
    on_kaggle = facts.teams.get(student.id, ())
    picked = run.choice(student, own, facts.times)
    team = run.team_choice(student, on_kaggle, facts.sides)
    entrant = Entrant(
        student,
        pseudonym(student.id, secret),
        picked,
        _keys(facts.owners[picked.source]) if picked else (),
        tuple(each for each in own if each is not picked),
        team,
        _keys(facts.sides[team.id]) if team else (),
        tuple(each for each in on_kaggle if each is not team),
        participant=_participant(picked, student, run.register),
    )
    return _timed(entrant, facts.times, run.rules)


def _timed(entrant: Entrant, times: Mapping[str, Optional[datetime]], rules: Rules) -> Entrant:
    """The entrant with when the submission that counts arrived."""
    if entrant.submission is None:
        return replace(entrant, timing="unknown") if entrant.others else entrant
    received = times[entrant.submission.source]
    came = arrival(received, rules)
    return replace(
        entrant, received=received, timing=came.timing,
        seconds_late=came.seconds_late, seconds_early=came.seconds_early,
    )  # fmt: skip


def _participant(picked: Optional[Submission], student: Student, register: Register) -> str:
    if picked is not None and picked.owner.participant and not picked.owner.group:
        return picked.owner.participant
    return register.participant_of(student)


def _by_student(
    things: Iterable[Thing], match_of: Callable[[Thing], Optional[Match]]
) -> dict[str, list[Thing]]:
    """The things of each student, in the order in which they are given."""
    found: dict[str, list[Thing]] = {}
    for each in things:
        match = match_of(each)
        if match is not None:
            found.setdefault(match.student, []).append(each)
    return found


def _keys(match: Optional[Match]) -> tuple[str, ...]:
    return () if match is None else match.keys
