"""What waits for the TA, in which order, and what is to be typed next; who moves, and who loses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Optional

import pytest

from grader.grading.entrants import NoSuchEntrantError, found
from grader.grading.moves import Move, bereft, moves_between
from grader.grading.needs import needs_of, questions_of
from grader.outcomes import Case, Decision, Figure, Judged, MarkPart, Offence, Ruling, State
from grader.outcomes import Word as Verb
from grader.records import Entrant, Student, Submission, Team
from grader.runs import Basis, Plan, Publication, Run
from grader.work_folder import WORK
from validators.class_codes import NO_SCORE, NOTHING_HANDED_IN, OTHER_PREDICTIONS
from validators.findings import Finding, Place
from validators.report import Fault

BASIS = Basis("rules", "answers", "private", ())
OPTIONS = ("--grading", "my settings.toml")
PLAN = Plan("in put", "{}", BASIS, (), options=OPTIONS)
SAYS = OTHER_PREDICTIONS.at(Place("p.csv"), "scores 1; expected 2.")
MORE = OTHER_PREDICTIONS.at(Place("q.csv"), "scores 3; expected 2.")
WAITS = Ruling(SAYS.code, "waits", "e")
AGAIN = "grade 'in put' --grading 'my settings.toml'"


def judged(student: str = "1", case: Optional[dict[str, Any]] = None, **more: Any) -> Judged:
    entrant = Entrant(Student(student), f"E-{student}", Submission("a.zip", "zip", ()))
    told = {"figure": Figure("0.2", "private", "kaggle"), **(case or {})}
    values = {"verdict": "accepted", "reasons": (), "rank": 1, "total": "80.00", **more}
    return Judged(Case(entrant, **told), **values)


def state(*class_: Judged) -> State:
    return State("private", len(class_), class_)


def run(*class_: Judged, number: int = 2, plan: Plan = PLAN) -> Run:
    return Run(number, "at", "grade", plan, state(*class_), (Publication(number, "at", "ta", "x"),))


def told(of: Run, in_force: Optional[Run] = None, work: str = WORK) -> list[tuple[str, ...]]:
    needs = needs_of(of, in_force or of, work)
    return [(each.about, each.entrant, each.says, each.next) for each in needs]


def test_a_class_that_is_done_needs_nothing() -> None:
    rulings = tuple(Ruling("a", standing, "e", 1) for standing in ("stands", "confirmed",
                                                                  "dismissed"))  # fmt: skip
    assert told(run(judged(rulings=rulings))) == []


def test_what_holds_up_most_comes_first_and_then_by_id() -> None:
    fault = {"faults": (Fault("fault.time", "x.zip", "took long."),)}
    class_ = (
        judged("3", rulings=(WAITS,)), judged("2", fault), judged("1", {"unfinished": ("check",)}),
        judged("0", rulings=(WAITS,)),
    )  # fmt: skip
    plan = replace(PLAN, asked=(("team 8", "Whose is it?"),))
    of = run(*class_, number=3, plan=plan)
    assert [each[:2] for each in told(of, run(number=2))] == [
        ("regrade", ""), ("unfinished", "1"), ("fault", "2"), ("question", ""),
        ("decision", "0"), ("decision", "3"),
    ]  # fmt: skip


@pytest.mark.parametrize(("work", "option"), [(WORK, ""), ("another one", " --work 'another one'")])
def test_what_to_type_is_whole(work: str, option: str) -> None:
    fault = Fault("fault.time", "x.zip", "took long.", "Ask for more.")
    class_ = (
        judged("1", {"faults": (fault,), "unfinished": ("score",)}),
        judged("2", {"unfinished": ("check", "score")}),
        judged("3", {"findings": (SAYS, MORE, MORE)}, rulings=(WAITS,)),
        judged("4", {"findings": (SAYS,)}, rulings=(replace(WAITS, standing="stale", decision=7),)),
        judged("5", rulings=(Ruling("mark.rank", "stale", "e", 8),)),
        judged("6", {"findings": (SAYS,)},
               rulings=(replace(WAITS, standing="appealed", decision=9),)),
        judged("7", rulings=(Ruling("offence.late", "appealed", "", 4),)),
    )  # fmt: skip
    plan = replace(PLAN, asked=(("team 8", "Whose is it?"),))
    of = run(*class_, number=3, plan=plan)
    decide = f'--confirm (or --dismiss) --why "…"{option}'
    assert told(of, run(number=2), work) == [
        ("regrade", "", "run 3 is a regrade that is not in force",
         f'{AGAIN}{option} --apply --why "…"'),
        ("unfinished", "2", "not done yet: check and score", f"{AGAIN}{option}"),
        ("fault", "1", "fault.time  x.zip: took long. Ask for more.",
         f"{AGAIN}{option} --only 1"),
        ("question", "", "team 8: Whose is it? Nobody waits for it. Write a student id, or none, "
         'into the column "decision".',
         f"answer it in {work}/matches.csv, then: {AGAIN}{option}"),
        ("decision", "3", f"{SAYS} (and 2 more)", f"grade decide 3 {SAYS.code} {decide}"),
        ("decision", "4", f"decision 7 rested on other evidence; now {SAYS}",
         f"grade decide 4 {SAYS.code} {decide}"),
        ("decision", "5", "decision 8 rested on other evidence; now mark.rank",
         f'grade decide 5 mark.rank --set POINTS --why "…"{option}'),
        ("decision", "6", f"decision 9 was appealed: {SAYS}",
         f"grade decide 6 {SAYS.code} {decide}"),
        ("decision", "7", "decision 4 was appealed: offence.late",
         f"grade decide 7 offence.late {decide}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "waiting", "said"),
    [
        ("team 8", 1, "Waiting for it: 0 (no team yet). Write a student id, or none, into"),
        ("team 8", 3, "Waiting for it: 0, 1, 2 (no team yet). Write"),
        ("team 8", 4, "Waiting for it: 4 entrants. Write"),
        ("submission a/b c.zip", 1, "Waiting for it: 0. Write a student id, or none, into"),
        ("choice 1", 1, 'Write one of the names in the column "candidates" into the column'),
        ("time a.zip", 0, "Nobody waits for it. Write a time such as 2024-05-14 23:59, or none,"),
        ("team", 1, "Whose is it? Write a student id"),  # veiled: which team is left out
        ("new 1", 1, "Whose is it? Waiting for it: 0."),
    ],
)
def test_a_question_says_who_waits_for_it_and_what_to_write(
    key: str, waiting: int, said: str
) -> None:
    plan = replace(PLAN, asked=((key, "Whose is it?"), ("team 9", "Whose")))
    class_ = [judged(str(each), {"questions": (key,)}) for each in range(waiting)]
    of = run(*class_, judged("8"), plan=plan)
    asked = {each[2].partition(":")[0]: each[2] for each in told(of)}
    assert said in asked[key]
    assert asked["team 9"].startswith("team 9: Whose. Nobody waits for it.")
    assert questions_of(judged("8"), of, WORK) == ()
    for each in class_:
        assert [need.says for need in questions_of(each, of, WORK)] == [asked[key]]


def test_who_waits_for_a_second_team_has_one_already() -> None:
    has = judged("1", {"questions": ("team 8",)})
    entrant = replace(has.case.entrant, team=Team("7", "mine"), student=Student("1", name="An"))
    has = replace(has, case=replace(has.case, entrant=entrant))
    of = run(has, plan=replace(PLAN, asked=(("team 8", "Whose is it?"),)))
    assert "Waiting for it: 1 An. Write" in told(of)[0][2]


def test_the_questions_of_one_entrant_have_those_about_their_code() -> None:
    of = run(judged("1", {"questions": ("rerun a.zip", "team")}),
             plan=replace(PLAN, asked=(("team", "hidden"), ("team", "hidden"))))  # fmt: skip
    assert of.state is not None
    first, second = questions_of(of.state.judged[0], of, WORK)
    assert first.says.startswith("team: hidden. Write")
    assert second.next == f"answer it in {WORK}/reruns.csv, and grade again"


def word(number: int, verb: Verb, why: str, entrant: str = "6", code: str = SAYS.code) -> Decision:
    return Decision(number, f"t{number}", "Ada", entrant, code, verb, why)


def test_an_appeal_is_told_in_the_words_since_the_last_answer() -> None:
    appealed = replace(WAITS, standing="appealed", decision=3)
    of = run(judged("6", {"findings": (SAYS,)}, rulings=(appealed,)))
    journal = (
        word(1, "confirm", "seen"), word(2, "appeal", "answered"), word(3, "confirm", "seen"),
        word(4, "appeal", "no\x1b"), word(5, "appeal", "hers", "7"),
        word(6, "appeal", "late", code="offence.late"), word(7, "appeal", "indeed"),
    )  # fmt: skip
    (need,) = needs_of(of, of, WORK, journal)
    assert need.says == (
        'decision 3 was appealed: the student says "no\\x1b" (t4, as told by Ada), '
        f'and "indeed" (t7, as told by Ada). It is about {SAYS}'
    )
    assert need.next.startswith(f"grade decide 6 {SAYS.code} --confirm (or --dismiss)")
    (without,) = needs_of(of, of, WORK, journal[:3])
    assert without.says == f"decision 3 was appealed: {SAYS}"


def test_a_run_that_was_not_finished_is_to_be_gone_on_with() -> None:
    of = replace(run(number=3), state=None)
    assert told(of, run(number=2)) == [("unfinished", "", "run 3 was not finished", AGAIN)]


def test_without_anything_to_rank_by_that_is_said_once_and_not_of_each() -> None:
    plan = replace(PLAN, basis=replace(BASIS, source="none"))
    class_ = (judged("1", {"unfinished": ("ranking",)}), judged("2", {"unfinished": ("ranking",)}))
    ((about, entrant, says, todo),) = told(run(*class_, plan=plan))
    assert (about, entrant) == ("unfinished", "")
    assert "there is nothing to rank by" in says
    assert "grading.toml" in todo


HALF = (MarkPart("baseline", Fraction(0), "below"), MarkPart("rank", Fraction(0), "x"))
WHOLE = (MarkPart("baseline", Fraction(80), "reached"), MarkPart("rank", Fraction(0), "x"))


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        (judged(), ""),
        (judged(verdict="rejected"), "own"),
        (judged(case={"figure": Figure("0.21", "private", "kaggle")}), "own"),
        (judged(case={"figure": None}), "own"),
        (judged(case={"figure": Figure("0.20", "public", "other")}), "quiet"),
        (judged(rank=None), "own"),
        (judged(offences=(Offence("late", 1, "halve", ("x",)),)), "own"),
        (judged(parts=HALF), "own"),
        (judged(rulings=(Ruling("a", "confirmed", "e", 1),)), "own"),
        (judged(rulings=(WAITS,)), "quiet"),
        (judged(case={"findings": (SAYS,)}), "quiet"),
        (judged(rank=2), "shifted"),
        (judged(total="79.00"), "shifted"),
    ],
)
def test_a_move_is_told_from_a_shift_in_its_wake(after: Judged, kind: str) -> None:
    moves = moves_between(
        state(judged(parts=WHOLE)), state(replace(after, parts=after.parts or WHOLE))
    )
    assert [name for name in ("own", "shifted", "quiet") if getattr(moves, name)] == (
        [kind] if kind else []
    )
    assert moves.any is (kind in ("own", "shifted"))


def test_the_largest_shift_may_be_a_loss() -> None:
    before = state(judged("1"), judged("2"), judged("3"))
    after = state(judged("1", total="80.50"), judged("2", total="78.75"), judged("3", rank=2))
    moves = moves_between(before, after)
    assert [(each.entrant, each.shift) for each in moves.shifted] == [
        ("1", Decimal("0.50")), ("2", Decimal("-1.25")), ("3", Decimal("0.00"))
    ]  # fmt: skip
    assert moves.largest_shift == Decimal("1.25")


def test_who_comes_goes_or_has_no_mark_has_no_shift() -> None:
    moves = moves_between(
        state(judged("2"), judged("3")), state(judged("1"), judged("3", total=None))
    )
    assert [each.entrant for each in (*moves.own, *moves.shifted)] == ["1", "2", "3"]
    assert {each.shift for each in (*moves.own, *moves.shifted)} == {None}
    assert moves_between(None, state(judged())).own == (Move("1", None, judged()),)


def lacking(*findings: Finding, **more: Any) -> Judged:
    return judged(case={"findings": findings, **more})


NOTHING = NOTHING_HANDED_IN.at(Place("1"), "nothing.")
UNSCORED = NO_SCORE.at(Place("1"), "none.")


@pytest.mark.parametrize(
    ("before", "after", "loses"),
    [
        (judged(), None, True),
        (judged(), lacking(NOTHING), True),
        (judged(), lacking(UNSCORED, figure=None), True),
        (judged(), lacking(figure=None, unfinished=("private leaderboard",)), True),
        # It was only asked about, and turned out not to be theirs; or it is asked about again.
        (judged(), lacking(figure=None), False),
        (lacking(figure=None), lacking(UNSCORED, figure=None), False),
        (judged(), lacking(SAYS), False),
        (judged(), judged(verdict="rejected", total="0.00"), False),
    ],
)
def test_only_who_had_it_loses_it(before: Judged, after: Optional[Judged], loses: bool) -> None:
    new = state() if after is None else state(after)
    assert bereft(state(before), new) == (("1",) if loses else ())
    assert bereft(None, new) == ()


@pytest.mark.parametrize("name", ["E-1a", "e-1A", " 9900101 ", "9900101"])
def test_an_entrant_is_found_by_id_or_pseudonym_in_any_case(name: str) -> None:
    class_ = (Entrant(Student("9900102"), "E-2b"), Entrant(Student("9900101"), "E-1a"))
    assert found(name, class_) == class_[1]
    with pytest.raises(NoSuchEntrantError, match="there is no entrant"):
        found(f"{name.strip()}0", class_)
