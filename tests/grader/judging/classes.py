"""Made-up cases, decisions and rules, and a class judged in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Optional

from grader.judging import PART, binding, evidence_of, judge_class
from grader.outcomes import Case, Decision, EarlierOffence, Figure, Judged, MarkPart, State, Word
from grader.records import Entrant, Student, Submission
from validators.findings import Code, Finding, Place, Severity
from validators.rules import Rules, load_rules
from validators.rules.marking import Penalty

HW4 = load_rules()
NOTE = Code("made.note", Severity.NOTES, "m", "r")
WARN = Code("made.warn", Severity.WARNS, "m", "r")
BLOCK = Code("made.block", Severity.BLOCKS, "m", "r")
OVER = Code("made.over", Severity.BLOCKS, "m", "r", offence="invalid_model")
LATE = Code("made.late", Severity.WARNS, "m", "r", offence="late")
ALIKE = Code("made.alike", Severity.WARNS, "m", "r", offence="special_rule", accuses=True)
FULL = Code("made.full", Severity.WARNS, "m", "r", offence="full_model_results", accuses=True)
GRAVE = Code("made.grave", Severity.BLOCKS, "m", "r", offence="full_model_results", accuses=True)
ODD = Code("made.odd", Severity.BLOCKS, "m", "r", accuses=True)
HINT = Code("made.hint", Severity.NOTES, "m", "r", accuses=True)
CODES = {
    code.name: code
    for code in (NOTE, WARN, BLOCK, OVER, LATE, ALIKE, FULL, GRAVE, ODD, HINT)
}  # fmt: skip


def found(code: Code, told: str = "a thing", **evidence: Any) -> Finding:
    return code.at(Place("file"), told, **evidence)


def case(
    student: str = "s1", score: Optional[str] = "0.2", *findings: Finding, package: str = "A",
    **more: Any,
) -> Case:  # fmt: skip
    submission = Submission(f"{package}.zip", "zip", (), digest=package) if package else None
    entrant = Entrant(Student(student), f"E-{student}", submission)
    figure = None if score is None else Figure(score, "private", "kaggle")
    return Case(entrant, figure, tuple(findings), **more)


def with_marks(rules: Rules = HW4, **marks: Any) -> Rules:
    return rules.model_copy(update={"marks": rules.marks.model_copy(update=marks)})


def with_penalties(rules: Rules = HW4, **ladders: Sequence[str]) -> Rules:
    steps = {kind: tuple(map(Penalty, ladder)) for kind, ladder in ladders.items()}
    return rules.model_copy(update={"penalties": rules.penalties.model_copy(update=steps)})


def earlier(kind: str, times: int = 1, student: str = "s1") -> tuple[EarlierOffence, ...]:
    return (EarlierOffence(student, kind, "homework 3", "told"),) * times


@dataclass
class Course:
    """A class that is judged again after each decision, as a TA works."""

    cases: list[Case]
    rules: Rules = HW4
    earlier: tuple[EarlierOffence, ...] = ()
    codes: Mapping[str, Code] = field(default_factory=lambda: CODES)
    journal: list[Decision] = field(default_factory=list)

    @property
    def state(self) -> State:
        return judge_class(
            self.cases, self.journal, self.rules, "private", self.earlier, self.codes
        )

    def of(self, student: str = "s1") -> Judged:
        return next(each for each in self.state.judged if each.case.entrant.student.id == student)

    def decide(
        self, word: Word, code: str, student: str = "s1", points: Optional[Fraction] = None
    ) -> Judged:
        """Decide as the command does: bound to what is there now."""
        judged = self.of(student)
        bound = binding(judged, code) if code.startswith(PART) else evidence_of(judged.case, code)
        self.journal.append(
            Decision(
                len(self.journal) + 1, "2024-06-01", "ta", student, code, word, "because",
                points, bound, judged.case.submission_digest,
            )
        )  # fmt: skip
        return self.of(student)

    def hand_in(self, package: str, *findings: Finding, student: str = "s1") -> Judged:
        """Another package of the student counts from now on, with these findings."""
        (old,) = [each for each in self.cases if each.entrant.student.id == student]
        figure = old.figure
        new = case(student, figure.value if figure else None, *findings, package=package)
        self.cases[self.cases.index(old)] = new
        return self.of(student)


def alone(*findings: Finding, rules: Rules = HW4, **more: Any) -> Course:
    """A course in which s1 is judged, and s0 and s2 are there to be ranked beside."""
    others = [case("s0", "0.3", package="B"), case("s2", "0.15", package="C")]
    return Course([case("s1", "0.2", *findings), *others], rules, **more)


def points(judged: Judged) -> dict[str, Fraction]:
    return {part.name: part.points for part in judged.parts}


def part(judged: Judged, name: str) -> MarkPart:
    (only,) = [each for each in judged.parts if each.name == name]
    return only


def standings(judged: Judged) -> dict[str, str]:
    return {each.code: each.standing for each in judged.rulings}


def numbered(judged: Judged) -> list[tuple[str, int, str]]:
    return [(each.kind, each.number, each.penalty) for each in judged.offences]


def with_message(finding: Finding, message: str) -> Finding:
    return replace(finding, message=message)
