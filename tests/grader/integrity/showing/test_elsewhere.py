"""What other stages found that accuses is told beside the inspection, wherever evidence is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import click
import pytest

from grader.integrity.records import CodeTraits, FileSeen, Inspection, PredictionTraits, Traits
from grader.integrity.records import WeightTraits as Weights
from grader.integrity.showing.documents import class_json, person_json
from grader.integrity.showing.elsewhere import named_data
from grader.integrity.showing.evidence import Evidence, evidence_of, with_works
from grader.integrity.showing.hiding import anonymous
from grader.integrity.showing.html import class_pages, person_pages
from grader.integrity.showing.student import CLOSING, for_student
from grader.integrity.showing.terminal import class_lines, person_lines
from grader.outcomes import Case, Judged, Ruling, State
from tests.grader.integrity.showing import made
from tests.grader.integrity.showing.pages import Page
from validators import class_codes, rerun_codes
from validators.findings import Finding, Place

SAYS = f"30 of 30 rows have their submitted text, unlike those of {made._NAMES[made.WANG]}."
LOOKED_UP = rerun_codes.LOOKED_UP.at(Place("predict.py"), SAYS, canaries=((3, "secret row"),))
WHOLE = rerun_codes.FULL_MODEL.at(Place("predictions"), "the released model gave 30 texts.")
LATE = class_codes.LATE.at(Place("submission"), "it came a day late.")
CODE = {"predict.py": ("import json", "known = json.load(open('cache.json'))")}
SEEN = Traits(files=(FileSeen("cache.json", 65_000, "a"), FileSeen("predict.py", 99, "b")))


def judged(student: str, finding: Finding, standing: str) -> Judged:
    rulings = (Ruling(finding.code, standing, "e"),)  # type: ignore[arg-type]
    case = Case(made.entrant(student), findings=(finding,))
    return Judged(case, "accepted", (), rulings=rulings)


def evidence() -> Evidence:
    class_ = (judged(made.WANG, WHOLE, "confirmed"), judged(made.ADA, LOOKED_UP, "waits"),
              judged(made.LONE, LATE, "stands"))  # fmt: skip
    run = replace(made.run(), state=State("private", 3, class_))
    told = with_works(
        evidence_of(run, Inspection(), "0.9.0", made.TOLD), lambda name: CODE, lambda name: SEEN
    )
    return replace(told, kept=lambda source: f"grade-work/export/12/{source}")


def lines(told: Evidence, key: str = "") -> str:
    made_ = person_lines(told, key, 160, "w") if key else class_lines(told, 160, "w")
    return "\n".join(click.unstyle(each) for each in made_)


def test_the_class_and_a_person_are_told_with_decision_and_next_command() -> None:
    for told in (lines(evidence()), lines(evidence(), made.ADA)):
        assert "rerun.looked-up  predict.py  [waits]" in told
        assert "30 of 30 rows have their submitted text" in told
        assert f"next: grade explain {made.ADA} --rerun" in told
    assert "rerun.full-model  predictions  [confirmed]" in lines(evidence())
    assert "class.late" not in lines(evidence())  # it accuses nobody


def test_what_waits_comes_first() -> None:
    codes = [each["standing"] for each in class_json(evidence())["elsewhere"]]
    assert codes == ["waits", "confirmed"]


def test_json_has_the_finding_the_decision_and_what_to_type() -> None:
    (told,) = json.loads(json.dumps(person_json(evidence(), made.ADA)))["elsewhere"]
    assert (told["code"], told["standing"]) == ("rerun.looked-up", "waits")
    assert told["next"] == f"grade explain {made.ADA} --rerun"
    assert told["look"]["the package"].endswith("HW4_9900101.zip")
    assert "cache.json (65.0 kB, named at predict.py:2)" in told["look"].popitem()[1]


def test_another_work_folder_stands_in_the_command() -> None:
    (told,) = person_json(replace(evidence(), work="a b"), made.ADA)["elsewhere"]
    assert told["next"] == f"grade explain {made.ADA} --rerun --work 'a b'"


def test_pages_have_it_and_a_page_for_whom_it_is_about() -> None:
    pages = {name: Page(data) for name, data in class_pages(evidence())}
    assert set(pages) == {
        "index.html", *(f"entrant-{each}.html" for each in (made.ADA, made.WANG))
    }  # fmt: skip
    for name in ("index.html", f"entrant-{made.ADA}.html"):
        assert "rerun.looked-up" in pages[name].text
        assert f"grade explain {made.ADA} --rerun" in pages[name].text
    assert "cache.json" in pages[f"entrant-{made.ADA}.html"].text


def ways(told: Evidence) -> Iterator[str]:
    yield lines(told, made.ADA)
    yield json.dumps(person_json(told, made.ADA), ensure_ascii=False)
    yield Page(person_pages(told, made.ADA)[0][1]).text


def test_a_student_is_told_theirs_without_names_paths_and_hidden_rows() -> None:
    shown = for_student(evidence(), made.ADA, made.entrants())
    for way in ways(shown):
        words = " ".join(way.split())
        assert "30 of 30 rows have their submitted text" in words
        assert CLOSING["waits"] in words
        for hidden in ("王小明", "secret row", "grade explain", "grade-work/export", "then decide"):
            assert hidden not in words
    assert [each.finding.code for each in shown.elsewhere] == ["rerun.looked-up"]


def test_without_names_nobody_is_named_and_the_command_can_be_typed() -> None:
    shown = anonymous(evidence(), made.entrants())
    for way in ways(shown):
        for hidden in ("王小明", "Ada", "secret row", "grade-work/export", "--rerun"):
            assert hidden not in way
    assert f"grade explain {made.entrant(made.ADA).pseudonym} --anonymous" in lines(shown)


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("open('cache.json')", ["cache.json"]),
        ("HERE / 'data' / 'known.pkl', 'cache.json'", ["data/known.pkl", "cache.json"]),
        ("open('my-cache.json'); open('cache.jsonl')", []),
        ("open('predictions.csv'); open('config.json'); open('notes.md')", []),
        ("open('ca' + 'che.json')", []),
    ],
)
def test_data_files_that_code_names_are_found_by_their_whole_name(
    code: str, named: list[str]
) -> None:
    files = [("cache.json", 10), ("data/known.pkl", 90), ("predictions.csv", 50),
             ("pruned_model/config.json", 5), ("notes.md", 99)]  # fmt: skip
    traits = Traits(
        files=tuple(FileSeen(path, size, path) for path, size in files),
        code=CodeTraits(("run.py",)),
        weights=Weights(("pruned_model/model.safetensors",)),
        predictions=PredictionTraits("predictions.csv", "p", 3),
    )
    found = [each.path for each, _ in named_data(traits, {"run.py": (code,)})]
    assert found == named


def test_what_code_does_in_files_as_they_were_given_is_counted_and_left_out() -> None:
    told = made.evidence()
    digest = "a" * 64  # of train.py, the only file with an observation
    given = replace(told, handed_out=lambda: frozenset({digest}))
    for way in (lines(given, made.ADA), Page(person_pages(given, made.ADA)[0][1]).text):
        assert "left out: 1 observation in 1 file that equals what everybody was given" in way
        assert "reaches training" not in way
    assert "reaches training" in lines(told, made.ADA)
    assert person_json(given, made.ADA)["works"][0]["observations"]
