"""The course in small: complete for the grader, and without a secret for the students."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.answer_files import metric_of, read_key
from grader.cli import grade
from grader.demo.corpus import Corpus
from grader.demo.course import (
    DATASET,
    RELEASED,
    TOKENIZER,
    DemoCourse,
    as_course_writes,
    predictions_text,
    write_course,
)
from grader.demo.scoring import score
from grader.demo.shipped import written
from grader.demo_cli import demo_course
from grader.given import load
from grader.rerun.assets import read_assets
from grader.rerun.blinding import test_bills as bills_of
from grader.settings import load_grading
from validators.checks import check_submission
from validators.rules import load_rules


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> DemoCourse:
    return write_course(tmp_path_factory.mktemp("course"), corpus)


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_file_is_where_it_is_looked_for(course: DemoCourse) -> None:
    model = ("config.json", "tokenizer.json", "tokenizer_config.json")
    released = (*model, "generation_config.json", "model.safetensors")
    models = [*(f"{TOKENIZER}/{name}" for name in model), *(f"{RELEASED}/{n}" for n in released)]
    splits = [f"{DATASET}/{name}.jsonl" for name in ("train", "validation", "test", "ca_test")]
    own = ["competition.toml", "sample_submission.csv", "demo.toml"]
    assert set(digests(course.student)) == {*models, *splits, *own, f"{DATASET}/README.md"}
    assert set(digests(course.teacher)) == {
        *(f"assets/models/{name}" for name in models),
        *(f"assets/datasets/{name}" for name in splits),
        "competition.toml", "grading.toml", "key.csv",
    }  # fmt: skip


def test_the_same_files_come_each_time(course: DemoCourse, corpus: Corpus, tmp_path: Path) -> None:
    again = write_course(tmp_path, corpus)
    assert digests(again.student) == digests(course.student)
    assert digests(again.teacher) == digests(course.teacher)


def test_students_have_no_summary_of_a_test_bill(course: DemoCourse, corpus: Corpus) -> None:
    secret = {as_course_writes(bill.summary) for bill in corpus.test}
    files = [path for path in course.student.rglob("*.jsonl") if path.is_file()]
    told = {
        as_course_writes(value) for path in files for row in rows(path) for value in row.values()
    }
    assert not told & secret
    assert {as_course_writes(bill.summary) for bill in corpus.train} <= told
    sample = (course.student / "sample_submission.csv").read_text("utf-8")
    assert not [text for text in secret if text in sample]
    for row in rows(course.student / DATASET / "test.jsonl"):
        assert row["text"]
        assert (row["summary"], row["title"]) == ("", "")
    assert all(row["summary"] for row in rows(course.student / DATASET / "train.jsonl"))


def test_the_grader_can_read_its_half(course: DemoCourse, corpus: Corpus) -> None:
    rules = load_rules(course.teacher / "competition.toml")
    settings = load_grading(course.teacher / "grading.toml")
    assert settings.answers is not None
    assert settings.assets is not None
    key = read_key(course.teacher / settings.answers, rules)
    assert len(key.rows) == 300
    assert set(key.public) == corpus.public
    assert set(key.public) | set(key.private) == set(range(300))
    assets = read_assets(course.teacher / settings.assets)
    assert [model.name for model in assets.models if model.weights] == [RELEASED]
    assert [bill.text for bill in bills_of(assets, rules)] == [bill.text for bill in corpus.test]
    assert metric_of(rules) == "handout"


def test_grade_scores_as_the_demo_does(course: DemoCourse, corpus: Corpus, tmp_path: Path) -> None:
    texts = written("recovered").texts
    path = tmp_path / "predictions.csv"
    path.write_text(predictions_text(texts), encoding="utf-8")
    rules = str(course.teacher / "competition.toml")
    key = str(course.teacher / "key.csv")
    asked = ["score", str(path), "--answers", key, "--competition", rules, "--json"]
    result = CliRunner().invoke(grade, asked)
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["value"] == score(corpus.test, texts)


def test_the_sample_submission_is_a_valid_file(course: DemoCourse) -> None:
    rules, _, _ = load(course.student / "competition.toml", None)
    report = check_submission(course.student / "sample_submission.csv", rules)
    assert not [finding for finding in report.findings if finding.blocks]
    with (course.student / "sample_submission.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == 301


def test_commas_become_full_stops_and_an_empty_text_a_dash() -> None:
    assert as_course_writes("Ohio, Texas,\nUtah") == "Ohio. Texas. Utah"
    assert as_course_writes(" \n") == "-"


def test_the_command_writes_it_and_never_over_other_files(tmp_path: Path) -> None:
    folder = tmp_path / "my course"
    result = CliRunner().invoke(demo_course, [str(folder)], standalone_mode=False)
    assert (result.exit_code, result.return_value) == (0, 0)
    assert f"{folder}/student/" in result.output
    again = CliRunner().invoke(demo_course, [str(folder)])
    assert again.exit_code == 2
    assert "is not empty" in again.output


def test_a_place_where_it_cant_be_written_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    result = CliRunner().invoke(demo_course, [str(tmp_path / "file" / "course")])
    assert result.exit_code == 2
    assert "no course in" in result.output
