"""Students' projects run again: three honest ones, and every way to cheat in each of their kinds.

The projects are real in small: they load a T5 and a data set as students write it. Their zips hold
the predictions that their own code made at home. One `grade` runs them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from grader.collect import collect, open_export
from grader.rerun import conducting
from grader.rerun.orders import Orders, orders_text
from grader.rerun.records import Rerun
from tests.grader.rerun.plain_course import work_folder
from tests.rerun_course.exporting import CLEAN_ROOM_SECONDS, export, write_grading
from tests.rerun_course.kinds import Cheat, Kind
from tests.rerun_course.projects import PROJECTS, Project, make_tiny_course
from tests.rerun_course.tiny import RELEASED
from tests.typed import Done, grade
from validators.rules import load_rules

pytestmark = pytest.mark.torch

ROWS, SAMPLED, GIVEN = 64, 24, 32
"""Rows of the test split, how many are run again, and how many with the twins and canaries."""

CODES: dict[Cheat, set[str]] = {
    "honest": {"proved"},
    "labels": {"labels"},
    "looked-up": {"looked-up"},
    "shipped": {"looked-up"},
    "sampling": {"random"},
    "full-model": {"full-model", "reproduced"},
}
ACCUSED: dict[Cheat, str] = {
    "labels": "labels", "looked-up": "looked-up", "shipped": "looked-up",
    "full-model": "full-model",
}  # fmt: skip
SETTINGS: dict[Kind, str] = {
    "notebook": "max_length 20, beams 1",
    "scripts": "max_length 64, beams 4, no repeated 3-grams",
    "template": "max_length 40, beams 2",
}
ALMOST = r"2[2-4] of 24"
"""Rows of 24 whose texts were made again to the letter; padding can turn one or two."""

MESSAGES: dict[Cheat, tuple[str, ...]] = {
    "honest": (
        rf'the weights in "model\.safetensors" gave {ALMOST} submitted texts( and \d nearly)? with'
        rf" {{settings}}\. {SAMPLED} of {ROWS} rows were made again; had more than 5 % of the rows",
    ),
    "labels": (rf"3[0-2] of {GIVEN} predictions hold what stands in the made-up summaries alone",),
    "looked-up": (),
    "shipped": (
        rf"3[0-2] of {GIVEN} rows have the text that was submitted for the row of that number",
    ),
    "sampling": (
        # How many is chance: nothing seeds what they draw.
        r"two runs differ from each other in (1\d|2[0-4]) of 24 rows \([\d.]+ %\), and from the"
        r" submitted texts in (1\d|2[0-4])\.",
    ),
    "full-model": (
        rf"the released model, uncompressed, gave {ALMOST} submitted texts( and \d nearly)? with"
        rf" {{settings}}; the weights handed in were not shown to\.",
    ),
}
BY_TEXT = (
    rf"{ALMOST} rows have their submitted text, but 4 of 4 bills that were never public have none"
    r" of their own \({how}\)"
)
SAME_FILE = r'the output is "[\w/]+\.csv" of the package, byte for byte\.'
LOADED = r'the program loaded "t5small_TextSummarization" in {line}, the released model, and'
MORE: dict[tuple[Kind, Cheat], tuple[str, ...]] = {
    ("notebook", "looked-up"): (BY_TEXT.replace("{how}", "blank"),),
    ("scripts", "looked-up"): MESSAGES["shipped"],
    ("template", "looked-up"): (BY_TEXT.replace("{how}", "the same as another's"),),
    ("notebook", "shipped"): (SAME_FILE,),
    ("scripts", "shipped"): (SAME_FILE,),
    ("scripts", "full-model"): (LOADED.replace("{line}", r"generate_csv\.py:15"),),
    ("template", "full-model"): (LOADED.replace("{line}", r"predict\.py:18"),),
}
SKIPPED = (
    r'"Seq2SeqTrainer\.train" in summarizer\.py:67: skipped: the handed-in weights were loaded'
    r" \(model_state_dict\.pth, 60 of 60 tensors\)\."
)
ASKED: dict[Kind, set[tuple[str, str, str]]] = {
    "notebook": {
        ("dataset", "billsum", "billsum"),
        ("split", "billsum/test", "blinded rows"),
        ("tokenizer", "t5-small", "the course's t5-small"),
        ("model", "t5small_TextSummarization/", f"the course's {RELEASED}"),
        ("model", "pruned_model", "the handed-in folder"),
    },
    "scripts": {
        ("dataset", "billsum", "billsum"),
        ("split", "billsum/test", "blinded rows"),
        ("tokenizer", "t5-small", "the course's t5-small"),
        ("model", "pruned_model", "the handed-in folder"),
        ("metric", "rouge", "the layer's own"),
    },
    "template": {
        ("dataset", "billsum/test", "opened as a file"),
        ("tokenizer", "t5-small", "the course's t5-small"),
        ("model", "/output/work/pruned_model", "the handed-in folder"),
    },
}


@dataclass(frozen=True)
class Graded:
    """What one grading of all projects said, and the honest ones' own code run again."""

    done: Done
    own_code: dict[Kind, Rerun]

    def of(self, project: Project) -> dict[str, Any]:
        """What was told about the project's student."""
        (found,) = (x for x in self.done.json["entrants"] if x["entrant"] == project.student)
        return dict(found)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    home = tmp_path_factory.mktemp("projects")
    course = make_tiny_course(home, rows=ROWS)
    folder, grading = export(course), write_grading(course)
    done = grade(
        folder, "--competition", course.competition, "--grading", grading,
        "--work", work_folder(home / "work"), "--jobs", 2, "--json",
    )  # fmt: skip
    return Graded(done, own_code(home, folder))


def own_code(home: Path, folder: Path) -> dict[Kind, Rerun]:
    """What the honest projects' own code shows when our clean room is not asked."""
    rules = load_rules(home / "competition.toml")
    orders = Orders(
        assets=str(home / "assets"), seed="a seed", threads=1,
        clean_room_seconds=CLEAN_ROOM_SECONDS,
        released_model=str(home / "assets" / "models" / RELEASED),
    )  # fmt: skip
    opened = open_export(folder, home, rules)
    found = {each.source.rpartition("/")[2]: each for each in collect(opened, rules).submissions}
    honest = [each for each in PROJECTS if each.cheat == "honest"]

    def again(project: Project) -> Rerun:
        scratch = home / f"scratch-{project.number}"
        scratch.mkdir()
        submission = found[f"{project.package}.zip"]
        told = orders_text(orders)
        look = conducting.look_again(
            submission, opened.root, scratch, rules, None, ("rerun",), told
        )
        assert look.reran is not None
        return look.reran

    with ExitStack() as stack:
        for asks in ("proof_of", "released_proof_of"):
            stack.enter_context(mock.patch.object(conducting, asks, return_value=None))
        results = list(stack.enter_context(ThreadPoolExecutor(2)).map(again, honest))
    return {each.kind: result for each, result in zip(honest, results)}


def findings(entrant: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The re-run's findings but for the scores: code without the prefix, message, evidence."""
    for each in entrant["findings"]:
        code = each["code"].partition("rerun.")[2]
        if code and code != "score":
            yield code, each["message"], dict(each["evidence"])


def test_our_part_broke_nowhere(graded: Graded) -> None:
    assert graded.done.status == 0, graded.done.err
    told = {each["entrant"]: each["faults"] for each in graded.done.json["entrants"]}
    assert told == {each.student: [] for each in PROJECTS}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda each: each.name)
def test_each_is_told_apart(graded: Graded, project: Project) -> None:
    kind, cheat = project.kind, project.cheat
    skips = kind == "notebook" and cheat != "honest"
    told = list(findings(graded.of(project)))
    assert {code for code, _, _ in told} == CODES[cheat] | (
        {"training-skipped"} if skips else set()
    )
    wanted = (*MESSAGES[cheat], *MORE.get((kind, cheat), ()), *([SKIPPED] if skips else []))
    for pattern in wanted:
        exact = pattern.replace("{settings}", re.escape(SETTINGS[kind]))
        assert any(re.match(exact, message) for _, message, _ in told), (exact, told)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda each: each.name)
def test_an_accusation_waits_and_costs_nothing(graded: Graded, project: Project) -> None:
    entrant = graded.of(project)
    accused = ACCUSED.get(project.cheat)
    read = ["data.labels-written"] if accused == "labels" else []
    assert entrant["waits"] == read + ([] if accused is None else [f"rerun.{accused}"])
    assert [each["standing"] for each in entrant["rulings"]] == ["waits"] * len(entrant["waits"])
    assert (entrant["verdict"], entrant["offences"]) == ("accepted", [])
    assert entrant["parts"][0]["points"] == "80"
    assert (accused is not None) == project.accused


@pytest.mark.parametrize(
    ("cheat", "fact"),
    [("labels", "row_owner_words_text"), ("looked-up", "rows_by_place canaries"),
     ("shipped", "rows_by_place"), ("full-model", "rows asked")],
)  # fmt: skip
def test_an_accusation_names_what_to_look_at(graded: Graded, cheat: Cheat, fact: str) -> None:
    for project in (each for each in PROJECTS if each.cheat == cheat):
        evidence = [e for code, _, e in findings(graded.of(project)) if code == ACCUSED[cheat]]
        assert any(each.get(name) for each in evidence for name in fact.split()), project.name


def test_words_of_made_up_summaries_are_shown_with_their_rows(graded: Graded) -> None:
    for project in (each for each in PROJECTS if each.cheat == "labels"):
        (evidence,) = (e for code, _, e in findings(graded.of(project)) if code == "labels")
        assert evidence["own_row"] == evidence["rows"] > 0.9 * GIVEN
        for place, owner, words, text in evidence["row_owner_words_text"]:
            assert place == owner
            assert words >= 2
            assert text


@pytest.mark.parametrize("kind", ["notebook", "scripts", "template"])
def test_honest_ones_are_proved_with_their_figures(graded: Graded, kind: Kind) -> None:
    (project,) = (each for each in PROJECTS if (each.kind, each.cheat) == (kind, "honest"))
    quality = graded.of(project)["quality"]
    made = f"{SAMPLED} of {SAMPLED} rows made again by our own code with the weights handed in"
    assert quality["re-run"].startswith(made)
    assert quality["re-run score"].endswith(f"on {SAMPLED} rows")


@pytest.mark.parametrize("kind", ["notebook", "scripts", "template"])
def test_honest_code_makes_its_texts_again_as_it_is_written(graded: Graded, kind: Kind) -> None:
    found = graded.own_code[kind]
    assert found.faults == ()
    assert found.proved_by == "code"
    skips = kind == "notebook"
    codes = {each.code.partition(".")[2] for each in found.findings}
    assert codes == {"reproduced"} | ({"training-skipped"} if skips else set())
    assert found.agreement is not None
    assert (found.agreement.rows, found.agreement.agree) == (SAMPLED, SAMPLED)
    assert found.agreement.exact >= 22
    (ran,) = found.ran
    assert ran.ended == "ended well"
    asked = {(each.what, each.name, each.answer) for each in ran.asked}
    assert asked >= ASKED[kind]
    trained = [each.answer for each in ran.asked if each.what == "training"]
    assert len(trained) == skips
    assert all(each.startswith("skipped: the handed-in weights were loaded") for each in trained)
    assert not {what for what, _, _ in asked} & {"network", "process", "file", "import"}
