"""Which results of earlier runs still count, and what has to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Optional

import pytest

from grader.grading import keys
from grader.grading.results import Book
from grader.looking import Look, Want
from grader.outcomes import Checked, Scored
from grader.records import Entrant, Owner, Student, Submission
from grader.runs import Basis, Plan
from grader.settings import MachineLimits
from grader.store import Store, open_store
from grader.workers import Answer
from tests.grader.judging.classes import HW4
from validators.report import Fault
from validators.rules import Rules

KEY = "digest of the answer key"
LIMITS = MachineLimits()
ZIP = Submission("a/x.zip", "zip", ("a/x.zip",), ("a/report.pdf",), Owner("101"), 9, "d1")
OTHER = Submission("b/y.zip", "zip", ("b/y.zip",), digest="d2")
CLASS = (
    Entrant(Student("1"), "E-1", ZIP),
    Entrant(Student("2"), "E-2", OTHER),
    Entrant(Student("3"), "E-3"),
)
TIME, MEMORY, CRASH = (
    Fault(f"fault.{name}", "x.zip", "told") for name in ("time", "memory", "crash")
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "work") as opened:
        yield opened


def book(
    store: Store, answers: str = KEY, limits: MachineLimits = LIMITS, again: bool = False,
    rules: Rules = HW4,
) -> Book:  # fmt: skip
    planned = [keys.plan_check(each, rules) for each in (ZIP, OTHER)]
    if answers:
        planned += [keys.plan_score(each, rules, answers) for each in (ZIP, OTHER)]
    basis = Basis("rules", answers, "own", ())
    return Book(store, Plan("in", "{}", basis, tuple(planned)), limits, again)


def wanted(found: Book) -> dict[str, tuple[Want, ...]]:
    return {task.key: task.wants for task in found.tasks(CLASS)}


def answer(
    checked: Optional[Sequence[Fault]] = (), scored: Optional[Sequence[Fault]] = (),
    rows: bytes = b"rows",
) -> Answer:  # fmt: skip
    look = Look(
        None if checked is None else Checked(faults=tuple(checked)),
        None if scored is None else Scored(faults=tuple(scored)),
        rows,
    )
    return Answer(ZIP.source, look, 1.0)


def changed(table: str, **values: Any) -> Rules:
    return HW4.model_copy(update={table: getattr(HW4, table).model_copy(update=values)})


def test_at_first_everything_that_was_handed_in_is_wanted(store: Store) -> None:
    assert wanted(book(store)) == {ZIP.source: ("check", "score"), OTHER.source: ("check", "score")}
    assert wanted(book(store, answers="")) == {ZIP.source: ("check",), OTHER.source: ("check",)}


def test_what_came_in_is_known_at_once_and_in_the_next_run(store: Store) -> None:
    first = book(store)
    first.write(answer())
    for each in (first, book(store)):
        assert (each.checked, each.scored) == ({ZIP.source: Checked()}, {ZIP.source: Scored()})
        assert wanted(each) == {OTHER.source: ("check", "score")}
        assert each.results().scoring
    key = keys.plan_score(ZIP, HW4, KEY).key
    assert store.blob(keys.SCORE, key) == b"rows"
    assert store.blob(keys.CHECK, keys.plan_check(ZIP, HW4).key) == b""


def test_another_answer_key_leaves_the_checks_as_they_are(store: Store) -> None:
    book(store).write(answer())
    assert wanted(book(store, answers="another"))[ZIP.source] == ("score",)
    assert ZIP.source not in wanted(book(store, answers=""))


@pytest.mark.parametrize(
    ("checked", "scored", "wants"),
    [
        ((), (CRASH,), ("score",)),
        ((CRASH,), (), ("check",)),
        ((CRASH,), (CRASH,), ("check", "score")),
        ((TIME,), (TIME,), None),
        ((MEMORY,), (MEMORY,), None),
        ((TIME, CRASH), (), ("check",)),
        ((), (CRASH, MEMORY), ("score",)),
        ((), None, ("score",)),
        (None, (), ("check",)),
    ],
)
def test_a_fault_is_tried_again_unless_it_was_given_up_at_the_limits(
    checked: Any, scored: Any, wants: Optional[tuple[Want, ...]], store: Store
) -> None:
    first = book(store)
    first.write(answer(checked, scored))
    # In this run it is not tried twice.
    assert wanted(first).get(ZIP.source, ()) == tuple(
        stage for stage, told in (("check", checked), ("score", scored)) if told is None
    )
    assert wanted(book(store)).get(ZIP.source) == wants


@pytest.mark.parametrize(
    "more", [{"seconds_per_submission": 1200}, {"memory_mb": 8192}, {"memory_mb": 1024}]
)
def test_other_limits_try_again_what_was_given_up(more: dict[str, int], store: Store) -> None:
    book(store).write(answer((TIME,), (TIME,)))
    limits = LIMITS.model_copy(update=more)
    assert wanted(book(store, limits=limits))[ZIP.source] == ("check", "score")
    # With the old ones it stays given up, and what was found is told.
    assert book(store).checked[ZIP.source].faults == (TIME,)


def test_other_limits_leave_what_was_done(store: Store) -> None:
    book(store).write(answer())
    assert ZIP.source not in wanted(book(store, limits=MachineLimits(memory_mb=1)))


def test_whoever_is_asked_for_by_name_is_tried_again(store: Store) -> None:
    book(store).write(answer((), (MEMORY,)))
    again = book(store, again=True)
    assert wanted(again)[ZIP.source] == ("score",)  # what was done stays
    again.write(answer(None, ()))
    # A result stands above what was given up before it.
    assert book(store).scored[ZIP.source] == Scored()


SAME: list[tuple[str, Submission, Rules]] = [
    ("whose it is", replace(ZIP, owner=Owner("102", "x"), ids_inside=("9900101",)), HW4),
    ("the baseline", ZIP, changed("metric", baseline=0.5)),
    ("what rank is worth", ZIP, changed("marks", rank_points=10)),
    ("penalties", ZIP, changed("penalties", late=())),
    ("the closing time", ZIP, changed("competition", closes=HW4.competition.opens)),
    ("the pattern of team names", ZIP, changed("team", pattern=("x",))),
]
BOTH: list[tuple[str, Submission, Rules]] = [
    ("its bytes", replace(ZIP, digest="d9"), HW4),
    ("its name", replace(ZIP, source="a/z.zip"), HW4),
    ("its files", replace(ZIP, files=("a/x.zip", "a/more")), HW4),
    ("what lay beside", replace(ZIP, beside=()), HW4),
    ("its kind", replace(ZIP, kind="folder"), HW4),
    ("that it can't be read", replace(ZIP, trouble="Permission denied"), HW4),
    ("the limits of a package", ZIP, changed("package", max_entries=3)),
    ("the columns", ZIP, changed("predictions", text_column="Text")),
]
CHECK_ALONE: list[tuple[str, Submission, Rules]] = [
    ("the ratio", ZIP, changed("model", max_ratio=Decimal("0.1"))),
    ("the counting", ZIP, changed("model", counting="strict")),
    ("what an id looks like, which zips are named after", ZIP, changed("team", id="[0-9]{4}")),
    ("the parts", ZIP, changed("competition", parts=("predictions",))),
]
SCORE_ALONE: list[tuple[str, Submission, Rules]] = [
    ("the metric", ZIP, changed("metric", name="rouge2")),
    ("the dialect", ZIP, changed("metric", dialect="reference")),
    ("the stemmer", ZIP, changed("metric", stemmer=not HW4.metric.stemmer)),
    ("the label's column", ZIP, changed("metric", label_column="other")),
]


@pytest.mark.parametrize(
    ("what", "submission", "rules", "check", "score"),
    [
        *((*each, False, False) for each in SAME),
        *((*each, True, True) for each in BOTH),
        *((*each, True, False) for each in CHECK_ALONE),
        *((*each, False, True) for each in SCORE_ALONE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_stage_is_done_again_when_what_it_reads_has_changed(
    what: str, submission: Submission, rules: Rules, check: bool, score: bool
) -> None:
    assert (submission, rules) != (ZIP, HW4), what
    old, new = keys.plan_check(ZIP, HW4), keys.plan_check(submission, rules)
    assert (old.key != new.key) is check
    old, new = keys.plan_score(ZIP, HW4, KEY), keys.plan_score(submission, rules, KEY)
    assert (old.key != new.key) is score


def test_keys_of_different_things_are_different() -> None:
    check, score = keys.plan_check(ZIP, HW4), keys.plan_score(ZIP, HW4, KEY)
    found = [
        check.key, score.key, keys.plan_score(ZIP, HW4, "another").key,
        keys.plan_check(OTHER, HW4).key, keys.given_up_key(check, LIMITS),
        keys.given_up_key(score, LIMITS), keys.given_up_key(check, MachineLimits(memory_mb=1)),
    ]  # fmt: skip
    assert len({*found}) == len(found)
    assert (check.subject, check.stage, score.stage) == (ZIP.source, "check", "score")


@pytest.mark.parametrize(
    ("file", "stages"),
    [
        ("validators/rules/records.py", {"check", "score"}),
        ("validators/model/checks.py", {"check", "score"}),
        ("grader/looking/scoring.py", {"check", "score"}),
        ("grader/workers/child.py", {"check", "score"}),
        ("grader/metric/rouge.py", {"score"}),
        ("grader/answer_files.py", {"score"}),
        ("grader/judging/marks.py", set()),
        ("grader/grading/cases.py", set()),
    ],
)
def test_other_code_of_a_stage_makes_other_keys(
    file: str, stages: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, before = Path.read_bytes, {each: keys.stage_code(each) for each in ("check", "score")}
    old = {"check": keys.plan_check(ZIP, HW4).key, "score": keys.plan_score(ZIP, HW4, KEY).key}
    root = Path(keys.__file__).parents[2]

    def edited(path: Path) -> bytes:
        more = b"# edited" if path.relative_to(root).as_posix() == file else b""
        return read(path) + more

    monkeypatch.setattr(Path, "read_bytes", edited)
    assert (root / file).exists()
    monkeypatch.setattr(keys, "stage_code", keys.stage_code.__wrapped__)
    new = {"check": keys.plan_check(ZIP, HW4).key, "score": keys.plan_score(ZIP, HW4, KEY).key}
    assert {each for each in before if keys.stage_code(each) != before[each]} == stages
    assert {each for each in old if new[each] != old[each]} == stages
