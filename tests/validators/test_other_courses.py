"""What a student of another course reads: nothing of a model or a report that isn't asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.demo.sample import Sample
from tests.validators.packing_folder import call, make_folder
from validators.package.asked import contents_asked
from validators.rules import Rules, RulesError, load_rules
from validators.team_name import read_team_name, section

NO_MODEL = '[competition]\nparts = ["package", "csv"]\n[predictions]\nin_package = true\n'
BY_HAND = f'{NO_MODEL}[severities]\n"package.no-code" = "notes"\n'


def rules_of(folder: Path, text: str) -> Rules:
    return load_rules(competition(folder, text))


def competition(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(f'extends = "hw4"\n{text}', encoding="utf-8")
    return path


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    made = make_folder(tmp_path)
    return replace(made, competition=competition(tmp_path, NO_MODEL))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", "code, README and model"),
        (NO_MODEL, "code, README and predictions"),
        (BY_HAND, "README and predictions"),
        ('[competition]\nparts = ["csv"]\n', "predictions"),
        ('[competition]\nparts = ["team"]\n', "files"),
    ],
)
def test_what_a_package_has_to_hold(text: str, asked: str, tmp_path: Path) -> None:
    assert contents_asked(rules_of(tmp_path, text)) == asked


def test_nothing_is_said_about_a_model_that_nobody_asks_for(sample: Sample) -> None:
    said = call(sample.folder, "--competition", sample.competition).said
    assert "ok The package can be opened" in said
    assert "model folder" not in said.lower()


def test_an_empty_folder_lacks_what_this_course_asks_for(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = call(tmp_path / "empty", "--competition", sample.competition).said
    assert "no file in it; expected code, README and predictions." in said
    assert "model" not in said
    packed = call("pack", tmp_path / "empty", "--id", "9900940", "--name", "x",
                  "--competition", sample.competition).said  # fmt: skip
    assert "expected code, README and predictions." in packed


@pytest.mark.parametrize("words", [(), ("--id", "9900940", "--name", "x")])
def test_no_template_is_started_where_no_model_is_asked_for(
    words: tuple[str, ...], sample: Sample, tmp_path: Path
) -> None:
    told = call("init", tmp_path / "new", *words, "--competition", sample.competition)
    assert told.exit_code == 2
    assert "asks for none, but for code, README and predictions." in told.said
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("code", "weights", "predictions", "behaviour", "data")),
        (NO_MODEL, ("code", "predictions", "behaviour")),
        (f"{NO_MODEL}[inspect.code]\nleast_tokens = 9\n", ("code", "predictions", "behaviour")),
        (f'{NO_MODEL}[inspect]\nparts = ["data"]\n', ("data",)),
        (f"{NO_MODEL}[inspect]\nparts = []\n", ()),
    ],
)
def test_what_goes_by_the_rules_of_a_model_is_inspected_only_with_one_or_when_asked(
    text: str, parts: tuple[str, ...], tmp_path: Path
) -> None:
    rules = rules_of(tmp_path, text)
    assert rules.inspect.parts == parts
    assert Rules.model_validate(rules.model_dump()) == rules


@pytest.mark.parametrize("own", ['parts = "csv"', "parts = 3", 'parts = ["none"]'])
def test_parts_that_are_none_are_told_as_such(own: str, tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"competition\.parts"):
        rules_of(tmp_path, f"[competition]\n{own}\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected <student id>_<name>, such as 0240309_佐藤和真."),
        ('[team]\nid = "a[0-9]{5}"\n', "expected <student id>_<name>."),
        ('[team]\npattern = ["G-{id}"]\n', "expected G-<student id>, such as G-0240309."),
    ],
)
def test_the_example_of_a_team_name_is_one_that_this_course_takes(
    text: str, told: str, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path, text)
    (finding,) = section(read_team_name("Foxes", rules), rules).findings
    assert finding.message.endswith(told)
