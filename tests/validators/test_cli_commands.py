"""`check-submission` beside its commands: paths are checked as ever, whatever they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.demo.sample import Sample
from tests.validators.packing_folder import call, make_folder


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sample:
    sample = make_folder(tmp_path / "given")
    monkeypatch.setenv("COMPETITION_TOML", str(sample.competition))
    return sample


@pytest.mark.parametrize("name", ["init", "pack", "check", "submission"])
@pytest.mark.parametrize("words", [["./{}"], ["--quiet", "{}"], ["--only", "package", "{}"]])
def test_a_folder_called_like_a_command_can_be_checked(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, name: str, words: list[str]
) -> None:
    sample.folder.rename(sample.folder.parent / name)
    monkeypatch.chdir(sample.folder.parent)
    result = call(*(word.format(name) for word in words))
    assert (result.exit_code, result.last) == (0, "safe to submit")
    assert sorted(path.name for path in Path().glob("**/*.zip")) == []


def test_options_stand_before_or_after_the_paths(sample: Sample) -> None:
    before = call("--quiet", "--only", "package", sample.folder, sample.report)
    after = call(sample.folder, sample.report, "--quiet", "--only", "package")
    assert before == after
    assert before.exit_code == 0


def test_the_word_alone_is_the_command(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample.folder)
    assert call("pack").exit_code == 0
    assert call("pack", ".").exit_code == 0
    assert len(list(sample.folder.glob("*.zip"))) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["pak"], 'Did you mean "pack"?'),
        (["inti"], 'Did you mean "init"?'),
        (["nowhere.zip"], "does not exist"),
        (["init"], "Missing argument 'FOLDER'"),
        (["pack", "nowhere"], "does not exist"),
        (["pack", "--nope"], "No such option"),
    ],
)
def test_a_slip_is_wrong_usage_and_says_what_was_meant(words: list[str], told: str) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert told in result.said


def test_what_looks_like_a_slip_and_is_there_is_checked(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.folder.rename(sample.folder.parent / "packs")
    monkeypatch.chdir(sample.folder.parent)
    assert call("packs").exit_code == 0


@pytest.mark.parametrize(
    ("words", "usage", "example"),
    [
        ([], "Usage: check [OPTIONS] PATH [PATH…]", "check-submission pruned_model/"),
        (["init"], "Usage: check init [OPTIONS] FOLDER", "check-submission init my-hw4 --id"),
        (["pack"], "Usage: check pack [OPTIONS] [FOLDER]", "check-submission pack my-hw4 --id"),
    ],
)
def test_each_help_shows_its_own_usage_and_an_example(
    words: list[str], usage: str, example: str
) -> None:
    result = call(*words, "--help")
    assert result.exit_code == 0
    assert result.output.splitlines()[0].replace("check-submission", "check") == usage
    assert example in result.output
