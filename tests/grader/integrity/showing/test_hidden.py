"""What must not be seen is in no way of showing: others from a student, names with --anonymous."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from grader.integrity.records import Found, Inspection, Pair, Traits
from grader.integrity.showing.documents import class_json, pair_json, person_json
from grader.integrity.showing.evidence import Evidence
from grader.integrity.showing.hiding import anonymous
from grader.integrity.showing.html import class_pages, person_pages
from grader.integrity.showing.student import CLOSING, OTHER, OUTSIDE, SOMEBODY, for_student
from grader.integrity.showing.terminal import class_lines, pair_lines, person_lines
from grader.outcomes import Standing
from tests.grader.integrity.showing import made
from validators.findings import Place

STUDENTS = (made.ADA, made.WANG, made.AMAL, made.EVIL, made.LONE)
TURNED = Inspection(
    made.FOUND, tuple(map(made.turned, made.PAIRS)), made.INSPECTION.clusters, made.SPREADS,
    made.INSPECTION.facts, made.INSPECTION.notes, made.INSPECTION.faults,
)  # fmt: skip


def ways_for(evidence: Evidence, student: str) -> Iterator[str]:
    """All that a student is shown, however it is shown."""
    yield "\n".join(person_lines(evidence, student, 160, "grade-work"))
    yield json.dumps(person_json(evidence, student), ensure_ascii=False)
    yield from (data.decode() for _, data in person_pages(evidence, student))


def telling(student: str) -> set[str]:
    """Words that tell who a student is, or what they handed in."""
    own = made.entrants()[STUDENTS.index(student)]
    assert own.submission is not None
    words = {student, own.student.name.partition(" ")[0], own.submission.digest, own.pseudonym}
    words |= {made.AMAL: {"amal/mine.py"}, made.LONE: {"brien/mine.py"}}.get(student, set())
    for path, lines in made.LINES.get(made.source(student), {}).items():
        words |= {path.partition("/")[2] or path}
        words |= {line.strip() for line in lines if "total_" in line}
    words |= {each.sha256 for each in made.SEEN.get(made.source(student), Traits()).files}
    return words


SHARED = {"", "train.py", "README.py", f"{made.HOSTILE}.py"}


@pytest.mark.parametrize("inspection", [made.INSPECTION, TURNED], ids=["first", "second"])
@pytest.mark.parametrize("student", STUDENTS)
def test_a_student_sees_nothing_of_anybody_else(student: str, inspection: Inspection) -> None:
    shown = for_student(made.evidence(inspection), student, made.entrants())
    others = {word for other in STUDENTS if other != student for word in telling(other)}
    others |= {"HW4_9800001", "old.py", made.AWAY, "other name", "second name", "account-"}
    for way in ways_for(shown, student):
        own = telling(student) | SHARED
        seen = [word for word in others - own if word and word in way]
        assert seen == []


@pytest.mark.parametrize("inspection", [made.INSPECTION, TURNED], ids=["first", "second"])
def test_a_student_sees_their_own_side_whole(inspection: Inspection) -> None:
    shown = for_student(made.evidence(inspection), made.ADA, made.entrants())
    told = json.loads(json.dumps(person_json(shown, made.ADA)))
    code = next(each for each in told["pairs"] if each["label"] == made.CODE.label)
    assert code["first"]["entrant"] == made.ADA
    assert code["second"]["entrant"] == OTHER
    assert code["passages"][0]["first"] == {
        "file": "train.py", "lines": [3, 9], "text": list(made.code_of(made.ADA, "count")[2:9]),
    }  # fmt: skip
    assert code["passages"][0]["second"] == {"file": "", "lines": [0, 0], "text": []}
    texts = next(each for each in told["pairs"] if each["about"] == "predictions")
    assert texts["headers"] == ["row", "yours"]
    assert texts["rows"][0] == ["17", made.TEXTS.rows[0][1]]
    assert code["figures"] == {"coverage": 0.934, "shared tokens": 812, "own tokens of yours": 871}
    assert code["headers"] == ["yours", "lines", "tokens", "works that have it"]
    assert code["rows"] == [["train.py", "3-9", "640", "2"]]
    assert [each["figure"] for each in told["spreads"]] == [e.figure for e in made.SPREADS]
    assert told["found"][0]["remedy"] == CLOSING["waits"]
    assert told["works"][0]["observations"][0]["name"] == "billsum/test"


@pytest.mark.parametrize("student", [made.ADA, made.WANG])
def test_a_student_is_told_what_they_can_do_and_not_what_the_ta_is_to_do(student: str) -> None:
    shown = for_student(made.evidence(), student, made.entrants())
    (standing,) = {shown.standing(each) for each in shown.found_of(student)}
    for way in ways_for(shown, student):
        words = " ".join(way.split())
        assert CLOSING[standing] in words
        assert "Next: read the passages" not in words
        assert ("is heard before" in words) is (standing == "waits")


@pytest.mark.parametrize("standing", [*get_args(Standing), ""])
def test_every_standing_has_words_for_the_student(standing: str) -> None:
    assert (standing in CLOSING) is bool(standing)


@pytest.mark.parametrize("student", STUDENTS)
def test_what_a_student_is_shown_is_made_of_holds_nothing_of_others(student: str) -> None:
    """So that no way of showing, a later one neither, can forget to leave it out."""
    shown = for_student(made.evidence(), student, made.entrants())
    told = repr((shown.inspection, dict(shown.people)))
    own = telling(student) | SHARED
    others = {word for other in STUDENTS if other != student for word in telling(other)} - own
    assert [word for word in others if word in told] == []
    assert (shown.inspection.notes, shown.inspection.clusters) == ((), ())
    for other in STUDENTS:
        if other != student:
            assert shown.lines(made.source(other)) == {}
            assert shown.seen(made.source(other)) == Traits()


def test_a_work_from_outside_the_class_is_called_so() -> None:
    shown = for_student(made.evidence(), made.LONE, made.entrants())
    pair = person_json(shown, made.LONE)["pairs"][0]
    assert (pair["second"]["entrant"], pair["second"]["of_this_class"]) == (OUTSIDE, False)


def test_a_sentence_that_names_another_is_shown_without_the_name() -> None:
    finding = made.ALIKE.at(
        Place("train.py"), f"as {made.WANG} and 王小明 have it, but not {made.ADA}.",
        "Ask 王小明.", whose=("王小明", 3),
    )  # fmt: skip
    told = Inspection(found=(Found(made.source(made.ADA), finding),))
    shown = for_student(made.evidence(told), made.ADA, made.entrants())
    (found,) = person_json(shown, made.ADA)["found"]
    assert found["message"] == f"as {SOMEBODY} and {SOMEBODY} have it, but not {made.ADA}."
    assert found["evidence"] == {"whose": [SOMEBODY, 3]}


@pytest.mark.parametrize(
    ("pair", "headers", "rows"),
    [
        (replace(made.TEXTS, headers=("row", "answer"), rows=(("1", "key"),)), ["row"], [["1"]]),
        (replace(made.LAYERS, about="behaviour"), [], []),
        (made.TEAMS, [], []),
        (
            made.FILES, ["kind", "file of yours", "bytes", "sha-256"],
            [["code", "amal/mine.py", "1,200", "e" * 64]],
        ),
    ],
)  # fmt: skip
def test_of_rows_a_student_sees_columns_of_theirs_and_of_nobodys(
    pair: Pair, headers: list[str], rows: list[list[str]]
) -> None:
    evidence = made.evidence(Inspection(pairs=(replace(pair, first=made.source(made.ADA)),)))
    shown = for_student(evidence, made.ADA, made.entrants())
    (told,) = person_json(shown, made.ADA)["pairs"]
    assert (told["headers"], told["rows"]) == (headers, rows)


def test_without_names_nobody_is_named_and_nothing_that_they_wrote_is_shown() -> None:
    shown = anonymous(made.evidence(), made.entrants())
    ways = ["\n".join(class_lines(shown, 160, "w")), json.dumps(class_json(shown))]
    for pair in made.PAIRS:
        ways.append("\n".join(pair_lines(shown, pair.label, 160, "w")))
        ways.append(json.dumps(pair_json(shown, pair.label), ensure_ascii=False))
    for student in STUDENTS:
        ways += ["\n".join(person_lines(shown, student, 160, "w"))]
        ways += [json.dumps(person_json(shown, student), ensure_ascii=False)]
    ways += [data.decode() for _, data in class_pages(shown)]
    words = {word for each in STUDENTS for word in (each, f"HW4_{each}")}
    words |= {"Ada", "王小明", "أمل", "Ёж", "Brien", "9800001", "old.py", "total_count", "the bill"}
    words |= {"other name", "second name", "account-", "mine.py"}
    for way in ways:
        # The made digests have ids in them; real ones have not.
        bare = way.replace("d99001", "digest-")
        assert [word for word in words if word in bare] == []
    assert "E-1010099" in ways[0]


def test_a_work_from_outside_has_a_number_in_place_of_its_name() -> None:
    shown = anonymous(made.evidence(), made.entrants())
    assert pair_json(shown, made.OLD.label)["first"]["entrant"] == "outside 1"
    assert pair_json(shown, made.OLD.label)["passages"][0]["first"]["file"] == "(left out)"
