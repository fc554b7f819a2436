"""Cases: what each stage found of an entrant, and what may not be held against them yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Optional

import pytest

from grader.class_list import ClassList
from grader.collect import Collection
from grader.grading.cases import Results, make_cases
from grader.grading.standings import Standings
from grader.matching import Matching
from grader.outcomes import Case, Checked, Counted, OwnScore, Scored, ScoreSource
from grader.records import Candidate, Entrant, Question, Student, Submission, Team
from tests.grader.judging.classes import BLOCK, HW4, NOTE, found
from validators.findings import Finding, Severity
from validators.report import Fault
from validators.rules import Rules

ZIP = Submission("a/HW4_9900101_x.zip", "zip", (), digest="d1")
STUDENT = Student("9900101", "An Example")
TEAM = Team("7", "9900101_Fox")
ENTRANT = Entrant(STUDENT, "E-1", ZIP, ("name",), team=TEAM, team_by=("name",), timing="in time")
NOTHING = Entrant(STUDENT, "E-1")
MISSING_ID = replace(found(BLOCK), code="csv.missing-id")
FIRST = OwnScore("p.csv", "s", 9, 0.2, 0.19, 0.21, "ours", 30.04)
SECOND = replace(FIRST, file="q.csv", value=0.4, mean_words=3.0)
DONE = Results({ZIP.source: Checked()}, {ZIP.source: Scored((FIRST,))}, True)
CRASH, TIME = Fault("fault.crash", "x", "told"), Fault("fault.time", "x", "told")


def standings(source: ScoreSource = "private", boards: Sequence[str] = ("private",)) -> Standings:
    on = {TEAM.id: Decimal("0.2")}
    public, private = (on if name in boards else {} for name in ("public", "private"))
    return Standings(source, public, private, "kaggle")


BY = standings()


def made(
    entrant: Entrant = ENTRANT, results: Results = DONE, by: Standings = BY,
    questions: Sequence[Question] = (), rules: Rules = HW4,
) -> Case:  # fmt: skip
    matching = Matching((entrant,), tuple(questions), tuple(questions), (), (), ())
    listed = ClassList(Collection((), (), (), Path()), matching, None)
    (case,) = make_cases(listed, results, by, rules)
    return case


def codes(case: Case) -> list[str]:
    return [finding.code for finding in case.findings]


def asked(about: Any, subject: str, *candidates: str) -> Question:
    return Question(about, subject, "Whose is it?", tuple(Candidate(c, "", "") for c in candidates))


def test_a_case_brings_all_stages_together_in_one_order() -> None:
    note, block = found(NOTE), found(BLOCK)
    counted = (Counted("handout", 3, 10), Counted("strict", 4, 10))
    results = replace(
        DONE,
        checked={ZIP.source: Checked((note, block), counted, (CRASH,))},
        scored={ZIP.source: Scored((FIRST, SECOND), (CRASH, TIME))},
    )
    case = made(results=results)
    assert case.findings == (block, note)
    assert case.counted == counted
    assert case.faults == (CRASH, TIME)  # what ended both is told once
    assert dict(case.quality) == {"own score": "0.20000 (0.19000 to 0.21000)", "mean words": "30.0"}
    assert case.figure is not None
    assert (case.figure.value, case.questions, case.unfinished) == ("0.2", (), ())


@pytest.mark.parametrize(
    ("done", "scoring", "source", "unfinished"),
    [
        (("checked", "scored"), True, "private", ()),
        (("checked",), True, "private", ("score",)),
        (("scored",), True, "private", ("check",)),
        ((), True, "private", ("check", "score")),
        (("checked",), False, "private", ()),
        ((), False, "private", ("check",)),
        (("checked", "scored"), True, "none", ("ranking",)),
        (("checked",), True, "none", ("score", "ranking")),
    ],
)
def test_what_was_not_done_yet_is_named(
    done: Sequence[str], scoring: bool, source: ScoreSource, unfinished: tuple[str, ...]
) -> None:
    results = Results(
        DONE.checked if "checked" in done else {}, DONE.scored if "scored" in done else {}, scoring
    )
    assert made(results=results, by=standings(source)).unfinished == unfinished


@pytest.mark.parametrize(
    ("source", "boards", "unfinished"),
    [
        ("private", ("public", "private"), ()),
        ("private", ("public",), ("private leaderboard",)),
        ("public", ("private",), ("public leaderboard",)),
        ("private", (), ()),  # on neither of them: that is no score
        ("own", ("public",), ()),
    ],
)
def test_a_team_on_one_board_alone_is_our_loss(
    source: ScoreSource, boards: Sequence[str], unfinished: tuple[str, ...]
) -> None:
    case = made(by=standings(source, boards))
    assert case.unfinished == unfinished
    assert ("class.no-score" in codes(case)) is (not unfinished and not boards)


FAILED = replace(DONE, scored={ZIP.source: Scored(faults=(CRASH,))})
UNSCORED = replace(DONE, scored={ZIP.source: Scored()})


@pytest.mark.parametrize(
    ("entrant", "results", "by", "message"),
    [
        (ENTRANT, DONE, standings(boards=()), "no score in Kaggle's private leaderboard"),
        (replace(ENTRANT, team=None), DONE, standings(), "no score in Kaggle's private"),
        (ENTRANT, DONE, standings("public", ()), "no score in Kaggle's public leaderboard"),
        (ENTRANT, UNSCORED, standings("own"), "no score in the predictions that were handed in"),
        (ENTRANT, UNSCORED, standings(), ""),
        (ENTRANT, FAILED, standings("own"), ""),
        (ENTRANT, replace(DONE, scored={}), standings("own"), ""),
        (ENTRANT, UNSCORED, standings("none"), ""),
    ],
    ids=["not there", "no team", "public", "no predictions", "there", "our fault", "not yet",
         "nothing ranks"],
)  # fmt: skip
def test_no_score_is_found_only_when_all_is_known(
    entrant: Entrant, results: Results, by: Standings, message: str
) -> None:
    told = [f.message for f in made(entrant, results, by).findings if f.code == "class.no-score"]
    assert [each[: len(message)] for each in told] == ([message] if message else [])


@pytest.mark.parametrize(
    ("entrant", "finding", "source", "told"),
    [
        (ENTRANT, MISSING_ID, "own", False),
        (ENTRANT, replace(MISSING_ID, severity=Severity.WARNS), "own", True),
        (ENTRANT, found(BLOCK), "own", True),
        (NOTHING, None, "own", False),
        (ENTRANT, MISSING_ID, "private", True),
        (NOTHING, None, "private", True),
    ],
    ids=["blocked", "taken lightly", "another cause", "nothing", "Kaggle", "nothing, Kaggle"],
)
def test_a_score_that_cannot_be_is_not_missed(
    entrant: Entrant, finding: Optional[Finding], source: ScoreSource, told: bool
) -> None:
    checked = Checked(() if finding is None else (finding,))
    results = Results({ZIP.source: checked}, {ZIP.source: Scored()}, True)
    case = made(entrant, results, standings(source, ()))
    missed = [each for each in case.findings if each.code == "class.no-score"]
    assert bool(missed) is told
    # Nobody is sent to Kaggle where its boards don't count.
    assert all(("Kaggle" in each.remedy) is (source == "private") for each in missed)


@pytest.mark.parametrize(
    ("entrant", "question", "waits"),
    [
        (ENTRANT, asked("choice", STUDENT.id, "a.zip", "b.zip"), True),
        (ENTRANT, asked("choice", "9900102", STUDENT.id), False),
        (ENTRANT, asked("time", ZIP.source), True),
        (ENTRANT, asked("time", "another.zip", STUDENT.id), False),
        (NOTHING, asked("time", ZIP.source, STUDENT.id), False),
        # A candidate waits only for what they lack.
        (NOTHING, asked("submission", "b.zip", STUDENT.id), True),
        (NOTHING, asked("submission", "b.zip", "9900102"), False),
        (ENTRANT, asked("submission", "b.zip", STUDENT.id), False),
        (ENTRANT, asked("team", "8", STUDENT.id), False),
        (replace(ENTRANT, team=None), asked("team", "8", "9900102", STUDENT.id), True),
        (replace(ENTRANT, team=None), asked("team", "8", "9900102"), False),
        (replace(ENTRANT, team=None), asked("submission", "b.zip", STUDENT.id), False),
        (replace(ENTRANT, submission=None), asked("team", "8", STUDENT.id), False),
    ],
)
def test_a_question_holds_up_whom_it_is_about(
    entrant: Entrant, question: Question, waits: bool
) -> None:
    case = made(entrant, questions=(question,))
    assert case.questions == ((question.key,) if waits else ())
    # What is asked about may turn out to be theirs: nobody lacks it before.
    missing = {"class.nothing-handed-in", "class.no-score"}
    assert not (waits and missing & {*codes(case)})


@pytest.mark.parametrize(
    ("entrant", "told"),
    [
        (NOTHING, True),
        (replace(NOTHING, others=(ZIP,)), False),
        (ENTRANT, False),
    ],
    ids=["nothing", "something that doesn't count", "a submission"],
)
def test_nothing_handed_in_means_nothing_at_all(entrant: Entrant, told: bool) -> None:
    assert ("class.nothing-handed-in" in codes(made(entrant))) is told


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        (
            {"timing": "late", "seconds_late": 1234, "received": datetime(2024, 5, 20, 0, 20, 34)},
            "class.late",
            "came at 2024-05-20 00:20:34, 1,234 s late; expected by {closes} (Asia/Taipei).",
        ),
        (
            {"timing": "early", "seconds_early": 5, "received": datetime(2024, 4, 1, 8, 0, 0)},
            "class.early",
            "came at 2024-04-01 08:00:00, 5 s early; expected from {opens} (Asia/Taipei) on.",
        ),
    ],
)
def test_a_wrong_time_is_told_in_the_courses_own(
    changes: Mapping[str, Any], code: str, message: str
) -> None:
    case = made(replace(ENTRANT, **changes))
    (finding,) = [each for each in case.findings if each.code == code]
    times = HW4.competition
    opens, closes = times.opens.isoformat(" "), times.closes.isoformat(" ")
    assert finding.message == message.format(opens=opens, closes=closes)
    assert finding.place.file == ZIP.name
    (seconds,) = [value for name, value in changes.items() if name.startswith("seconds")]
    assert seconds in dict(finding.evidence).values()


@pytest.mark.parametrize("timing", ["in time", "unknown"])
def test_an_unknown_time_is_neither_late_nor_early(timing: Any) -> None:
    assert codes(made(replace(ENTRANT, timing=timing))) == []


@pytest.mark.parametrize(
    ("team_by", "parts", "told"),
    [
        (("name",), HW4.competition.parts, True),
        (("decision",), HW4.competition.parts, False),
        (("decision", "name"), HW4.competition.parts, False),
        (("name",), ("package",), False),
    ],
)
def test_a_teams_name_is_checked_until_the_ta_says_whose_it_is(
    team_by: tuple[str, ...], parts: tuple[Any, ...], told: bool
) -> None:
    entrant = replace(ENTRANT, team=Team("7", "no id at all"), team_by=team_by)
    rules = HW4.model_copy(
        update={"competition": HW4.competition.model_copy(update={"parts": parts})}
    )
    found_codes = codes(made(entrant, rules=rules))
    assert bool([code for code in found_codes if code.startswith("team")]) is told


def test_other_predictions_than_kaggles_are_found() -> None:
    results = replace(DONE, scored={ZIP.source: Scored((SECOND,))})
    assert codes(made(results=results)) == ["class.other-predictions"]
