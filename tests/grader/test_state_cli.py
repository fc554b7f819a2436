"""The commands that read the store and `grade decide`, typed over a store that was made by hand."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from grader.judging import judge_class
from grader.outcomes import Case, Decision, Figure, State
from grader.records import Entrant, Student, Submission
from grader.runs import Basis, Plan
from grader.store import open_store
from tests.grader.judging.classes import HW4
from tests.typed import Done, grade
from validators.class_codes import LATE
from validators.findings import Place
from validators.report import Fault
from validators.rules import rules_json

AT = "2024-06-01T10:00:00+08:00"
GONE, LATECOMER = "99001021", "9900101"
PLAN = Plan("in", rules_json(HW4), Basis("rules", "", "private", ()), ())
FAULT = Fault("fault.time", "x.zip", "took long.")


def case(student: str, score: str = "0.2", **more: object) -> Case:
    submission = Submission(f"{student}.zip", "zip", (), digest=f"d{student}")
    entrant = Entrant(Student(student), f"E-{student[::-1]}", submission, ("name",))
    return replace(Case(entrant, Figure(score, "private", "kaggle")), **more)  # type: ignore[arg-type]


def judged(*cases: Case, decisions: tuple[Decision, ...] = ()) -> State:
    return judge_class(cases, decisions, HW4, "private", ())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of seventeen: one late, one who leaves it, and fifteen with a fault of ours."""
    work = tmp_path_factory.mktemp("store") / "work"
    late = case(LATECOMER, "0.3", findings=(LATE.at(Place("x.zip"), "came 5 s late."),))
    class_ = [late, case("9900102", "0.25")]
    class_ += [case(f"99002{number:02}", faults=(FAULT,)) for number in range(15)]
    with open_store(work) as store:
        first = store.begin(PLAN, "grade in", AT)
        store.finish(first, judged(*class_, case(GONE, "0.1")))
        store.publish(first, AT, "Ada", "the first")
        store.decide(Decision(0, AT, "Ada", GONE, "offence.late", "confirm", f"{GONE} said so"))
        second = store.begin(PLAN, "grade in --apply", AT)
        store.finish(second, judged(*class_))
        store.publish(second, AT, "Bob", "left the course")
        store.begin(PLAN, "grade in", AT)
    return work


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "work"))


def typed(work: Path, *words: object) -> Done:
    return grade(*words, "--work", work)


def test_a_decision_on_somebody_who_left_is_told_by_their_own_pseudonym(made: Path) -> None:
    told = typed(made, "journal", "--anonymous")
    assert told.out.splitlines() == [
        f"E-{GONE[::-1]}  1. {AT}  Ada: confirm offence.late: E-{GONE[::-1]} said so",
        "1 decision; the chain of the journal is whole",
    ]
    assert typed(made, "journal").out.startswith(f"{GONE}  1. ")


def test_a_journal_without_a_decision_is_whole_too(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        store.keep(())
    assert typed(tmp_path, "journal").out == "0 decisions; the chain of the journal is whole\n"


def test_the_newest_finished_run_is_explained_unless_another_is_named(made: Path) -> None:
    assert typed(made, "explain", "9900102").out.startswith("9900102: accepted (run 2)")
    assert typed(made, "explain", GONE, "--run", 1).out.startswith(f"{GONE}: ")
    done = typed(made, "explain", GONE)
    assert (done.status, f'no entrant "{GONE}"' in done.err) == (2, True)
    for number in (3, 9):
        done = typed(made, "explain", "9900102", "--run", number)
        assert done.status == 2
        assert f"there is no finished run {number}; there is 1, 2." in " ".join(done.err.split())


def test_explain_has_the_decisions_of_the_entrant_alone(made: Path) -> None:
    told = typed(made, "explain", GONE, "--run", 1, "--json").json
    assert [each["number"] for each in told["decisions"]] == [1]
    assert typed(made, "explain", "9900102", "--run", 1, "--json").json["decisions"] == []
    assert "said so" not in typed(made, "explain", "9900102").out


def test_status_lists_the_first_and_with_all_everything(work: Path) -> None:
    with open_store(work) as store:
        run = store.in_force()
        assert run is not None
        assert run.state is not None
        store.finish(3, run.state)
        store.publish(3, AT, "Ada", "again")
    short, whole = typed(work, "status").out, typed(work, "status", "--all").out
    assert (short.count("\n  fault  "), whole.count("\n  fault  ")) == (11, 15)
    assert "  and 4 more: grade status --all" in short
    assert "more:" not in whole
    assert "2 done, 15 need you (1 accepted, 1 rejected, 15 withheld; 1 ranked)" in whole


def test_runs_in_text(made: Path) -> None:
    lines = [" ".join(line.split()) for line in typed(made, "runs").out.splitlines()]
    assert lines[2:] == [
        f"1 {AT} grade in published {AT} Ada the first",
        f"2 {AT} grade in --apply published {AT} Bob left the course",
        f"3 {AT} grade in not finished",
    ]


def test_a_diff_tells_who_left(made: Path) -> None:
    lines = [" ".join(line.split()) for line in typed(made, "diff", 1, 2).out.splitlines()]
    assert lines[0] == f"run 1 ({AT}) → run 2 ({AT})"
    assert [line for line in lines if line.endswith("no longer in the class")]
    back = typed(made, "diff", 2, 1, "--json").json
    assert (back["before"]["number"], back["after"]["number"]) == (2, 1)
    assert [each["entrant"] for each in back["moves"]["own"] if each["before"] is None] == [GONE]


def test_offences_tell_of_those_who_are_not_judged_yet(work: Path) -> None:
    told = typed(work, "offences")
    assert told.err == "15 withheld: what they did shows when they are judged\n"
    assert LATECOMER in told.out
    file = work / "out.csv"
    assert typed(work, "offences", "--output", file).out.endswith(f"wrote {file}\n")


def test_decide_tells_what_became_of_it(work: Path) -> None:
    words = ("decide", f" {LATECOMER}", "class.late", "--dismiss", "--who", " Ada\x1b ")
    told = typed(work, *words, "--why", "the site was down")
    assert told.out.splitlines()[0] == (
        f"decision 2: dismiss class.late of {LATECOMER}, by Ada\\x1b"
    )
    assert told.out.splitlines()[1].startswith(f"{LATECOMER}: accepted, mark 100.00; ")
    assert told.out.splitlines()[2] == "class.late is now: dismissed"
    written = typed(work, "journal", "--json").json["decisions"][1]
    assert (written["submission"], written["why"]) == (f"d{LATECOMER}", "the site was down")
    assert written["evidence"]
    again = typed(work, "decide", "9900102", "offence.late", "--confirm", "--why", "x")
    assert [line for line in again.out.splitlines() if line.startswith("offence late, no. 1: ")]
    waits = typed(work, "decide", "9900200", "offence.late", "--confirm", "--why", "x")
    assert "9900200: withheld, no mark yet; " in waits.out


@pytest.mark.parametrize(
    ("points", "status"),
    [("-100", 0), ("-100.5", 2), ("100", 0), ("100.5", 2), ("0", 0), ("-1/3", 0)],
)
def test_a_part_is_worth_at_most_a_whole_mark_either_way(
    points: str, status: int, work: Path
) -> None:
    done = typed(work, "decide", "9900102", "mark.rank", f"--set={points}", "--why", "x")
    assert done.status == status
    if status == 0:
        told = typed(work, "explain", "9900102", "--json").json["entrant"]["parts"]
        (rank,) = [each for each in told if each["name"] == "rank"]
        assert Fraction(rank["points"]) == Fraction(points)


def test_a_part_that_was_set_can_be_taken_back(work: Path) -> None:
    before = typed(work, "explain", "9900102", "--json").json["entrant"]["total"]
    for words in (("--set", "1"), ("--withdraw",)):
        done = typed(work, "decide", "9900102", "mark.rank", *words, "--why", "x")
        assert done.status == 0, done.err
    assert typed(work, "explain", "9900102", "--json").json["entrant"]["total"] == before


@pytest.mark.parametrize(
    ("points", "told"), [("12.5", "12.5"), ("40/3", "13.33 (exactly 40/3)"), ("25/2", "12.5")]
)
def test_points_that_were_set_are_told_as_people_read_them(
    points: str, told: str, work: Path
) -> None:
    done = typed(work, "decide", "9900102", "mark.rank", "--set", points, "--why", "x")
    assert done.out.splitlines()[2] == f"mark.rank is set to {told}"


LATE_CODE, BREACH = "class.late", "offence.special_rule"


@pytest.mark.parametrize(
    ("code", "first", "again", "said"),
    [
        (LATE_CODE, ("--confirm",), ("--confirm",), "is confirmed already, in these words"),
        (LATE_CODE, ("--dismiss",), ("--dismiss",), "is dismissed already, in these words"),
        (BREACH, ("--dismiss",), ("--dismiss",), "is dismissed already, in these words"),
        ("mark.rank", ("--set", "1"), ("--set", "1.0"), "is set to that already, in these words"),
        (LATE_CODE, ("--withdraw",), ("--withdraw",), "has no decision to take back."),
        (BREACH, ("--withdraw",), ("--withdraw",), "has no decision to take back."),
        ("mark.rank", ("--withdraw",), ("--withdraw",), "has no decision to take back."),
    ],
)
def test_what_is_so_already_is_not_written_again(
    code: str, first: tuple[str, ...], again: tuple[str, ...], said: str, work: Path
) -> None:
    typed(work, "decide", LATECOMER, code, *first, "--why", "x")
    count = len(typed(work, "journal", "--json").json["decisions"])
    done = typed(work, "decide", LATECOMER, code, *again, "--why", "x", "--who", "Bob")
    assert done.status == 2
    assert f"{code} of {LATECOMER} {said}" in " ".join(done.err.split())
    assert len(typed(work, "journal", "--json").json["decisions"]) == count


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (LATE_CODE, ("--confirm x", "--confirm y", "--confirm x")),  # another reason
        (LATE_CODE, ("--confirm x", "--withdraw x", "--confirm x", "--withdraw x")),
        (LATE_CODE, ("--confirm x", "--appeal x", "--confirm x", "--appeal x", "--appeal y")),
        (LATE_CODE, ("--confirm x", "--appeal x", "--withdraw x")),
        # Each confirmation is one breach more, and each dismissal or withdrawal one less.
        (BREACH, ("--confirm x", "--confirm x", "--withdraw x", "--withdraw x")),
        (BREACH, ("--confirm x", "--confirm x", "--dismiss x", "--dismiss x")),
        ("mark.rank", ("--set=1 x", "--set=2 x", "--set=2 y", "--withdraw x")),
    ],
)
def test_what_changes_something_is_written(code: str, words: tuple[str, ...], work: Path) -> None:
    for each in words:
        verb, why = each.split()
        done = typed(work, "decide", LATECOMER, code, verb, "--why", why)
        assert done.status == 0, (each, done.err)


def test_a_withdrawal_is_told_by_the_one_before(work: Path) -> None:
    for _ in range(2):
        typed(work, "decide", LATECOMER, LATE_CODE, "--confirm", "--why", "x")
        done = typed(work, "decide", LATECOMER, LATE_CODE, "--withdraw", "--why", "x")
    again = typed(work, "decide", LATECOMER, LATE_CODE, "--withdraw", "--why", "x")
    assert (done.status, again.status) == (0, 2)
    assert "has no decision to take back: decision 5 took it back." in " ".join(again.err.split())


def test_explain_says_what_must_be_answered_where(work: Path) -> None:
    key = "team 8"
    plan = replace(PLAN, asked=((key, 'The team "Us": Nothing says whose it is.'),))
    with open_store(work) as store:
        number = store.begin(plan, "grade in", AT)
        store.finish(number, judged(case("9900102", questions=(key,)), case("9900103")))
        store.publish(number, AT, "Ada", "asked")
    lines = typed(work, "explain", "9900102").out.splitlines()
    assert lines[-3:] == [
        "waits for an answer",
        '  question  team 8: The team "Us": Nothing says whose it is. Waiting for it: 9900102 '
        '(no team yet). Write a student id, or none, into the column "decision".',
        f"      → answer it in {work}/matches.csv, then: grade in --work {work}",
    ]
    assert "waits for" not in typed(work, "explain", "9900103").out
    assert "waits for" not in typed(work, "explain", "9900102", "--run", number).out


@pytest.mark.parametrize(
    "words", [("status",), ("journal",), ("runs",), ("explain", "x"), ("offences",), ("diff", 1, 2)]
)
def test_where_nothing_was_graded_the_ta_is_told_so(
    words: tuple[object, ...], tmp_path: Path
) -> None:
    done = typed(tmp_path, *words)
    assert (done.status, done.out) == (2, "")
    assert "graded" in done.err
    assert list(tmp_path.iterdir()) == []
