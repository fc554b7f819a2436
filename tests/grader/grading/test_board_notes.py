"""What a student reads about their mark: words for each code, and nobody else's name."""

from __future__ import annotations

import pytest

from grader.grading.board_notes import notes_of
from grader.outcomes import Case, Decision, Judged, Offence
from grader.records import Entrant, Student
from validators.catalogue import all_codes
from validators.findings import Finding, Place, Severity
from validators.report import Fault

ENTRANT = Entrant(Student("9900101"), "E-1")
OTHER = "9900102"
CODES = {code.name: code for code in all_codes()}
OVER = "383,523 of 913,152 parameters are non-zero (0.420); at most 0.300 allowed."
SHARED_WHY = "gave the model away, admitted it"


def finding(code: str, message: str) -> Finding:
    return Finding(code, Severity.BLOCKS, Place("pruned_model"), message, "")


def decided(number: int, code: str, why: str) -> Decision:
    return Decision(number, "t", "Ada", "9900101", code, "confirm", why)


def rejected(reasons: tuple[str, ...], *offences: Offence, **case: object) -> Judged:
    return Judged(Case(ENTRANT, **case), "rejected", reasons, offences=offences)  # type: ignore[arg-type]


def test_arithmetic_is_told_with_its_numbers() -> None:
    judged = rejected(
        ("ratio.over: invalid_model, 1st offence: the result is taken out",),
        Offence("invalid_model", 1, "remove", ("ratio.over",)),
        findings=(finding("ratio.over", OVER), finding("csv.delimiter", "another")),
    )
    assert notes_of(judged) == (
        *judged.reasons,
        f"ratio.over: {OVER}",
        "invalid_model means: Results of a model over the largest ratio.",
    )


def test_what_accuses_is_told_by_its_meaning_and_the_reason_of_the_decision() -> None:
    judged = rejected(
        ("weights.shared: special_rule, 1st offence: the mark is 0",),
        Offence("special_rule", 1, "zero", ("weights.shared", "decision 7", "earlier: HW3")),
        findings=(finding("weights.shared", f"as {OTHER} has them"),),
    )
    journal = (
        decided(6, "weights.shared", "of somebody else"), decided(7, "weights.shared", SHARED_WHY)
    )  # fmt: skip
    notes = notes_of(judged, journal)
    assert notes == (
        *judged.reasons,
        f"weights.shared means: {CODES['weights.shared'].meaning}",
        "special_rule means: Breach of a special rule: copying, sharing, forbidden data or models.",
        f"weights.shared: the teaching side confirmed it: {SHARED_WHY}",
    )
    assert OTHER not in "".join(notes)
    assert notes_of(judged) == notes[:-1], "without the journal its reasons are left out"


def test_a_breach_that_the_ta_found_has_the_words_of_the_rules() -> None:
    offence = Offence("late", 1, "halve", ("offence.late", "decision 1"))
    notes = notes_of(rejected(("x",), offence), (decided(1, "offence.late", "by mail"),))
    assert notes == (
        "x",
        "late means: A package that came after the closing time.",
        "offence.late: the teaching side confirmed it: by mail",
    )


def test_what_costs_nothing_is_not_explained() -> None:
    offence = Offence("late", 1, "none", ("class.late", "decision 1"))
    judged = rejected((), offence, findings=(finding("class.late", "came late."),))
    assert notes_of(judged, (decided(1, "class.late", "why"),)) == ()


def test_a_code_alone_is_told_by_its_meaning() -> None:
    accusing = sorted(name for name, code in CODES.items() if code.accuses)
    for name in accusing:
        judged = rejected((name,), findings=(finding(name, f"like {OTHER}"),))
        assert notes_of(judged) == (name, f"{name} means: {CODES[name].meaning}")


QUESTIONS = [
    ("question: team", "which Kaggle team is yours is not settled. Tell whoever teaches"),
    ("question: submission", "whose a package is that may be yours"),
    ("question: choice", "which of your packages counts"),
    ("question: time", "when your package came"),
    ("unfinished: rerun", "not done yet. You need do nothing."),
]


@pytest.mark.parametrize(("reason", "told"), QUESTIONS)
def test_what_keeps_the_verdict_open_is_told_with_what_to_do(reason: str, told: str) -> None:
    (note,) = notes_of(Judged(Case(ENTRANT), "withheld", (reason,)))
    assert note.startswith(f"{reason}: ")
    assert told in note


def test_our_fault_is_said_to_be_ours() -> None:
    case = Case(ENTRANT, faults=(Fault("fault.check", "9900101", "broke."),))
    first, second = notes_of(Judged(case, "withheld", ("fault.check: broke.",)))
    assert (first, second.split(",")[0]) == (
        "fault.check: broke.", "This is a fault of the course's programs"
    )  # fmt: skip
