"""`check-submission init`: the template in a student's folder, and nothing else touched."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from validators.cli import check
from validators.packing.student import SETTINGS, Student, StudentError, filled_in, student_in
from validators.starting import TEMPLATE, InTheWayError, start, template_files, template_folder

ROOT = Path(__file__).parents[2]
COMMANDS = ["python prune.py", "python predict.py", "check-submission pack"]


def call(*words: object) -> Result:
    return CliRunner().invoke(check, ["init", *map(str, words)])


def said(result: Result) -> str:
    return " ".join(result.output.split())


def below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_the_template_and_the_commands_that_come_next(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "my-hw4"
    result = call(folder, "--id", "9900940", "--name", "王小明")
    assert result.exit_code == 0
    assert {SETTINGS, "prune.py", "compress/__init__.py", "compress/masks.py"} <= below(folder)
    _, *commands = [line.strip() for line in result.output.splitlines() if line.startswith("  ")]
    assert commands == ["pip install -r requirements.txt", *COMMANDS]
    assert student_in(folder) == Student("9900940", "王小明")
    ours = template_folder()
    assert (folder / "prune.py").read_bytes() == (ours / "prune.py").read_bytes()


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ([], "your id and name"),
        (["--id", "9900940"], "your name"),
        (["--name", "王小明"], "your id"),
    ],
)
def test_what_comes_before_the_commands_is_said_before_them(
    tmp_path: Path, words: list[str], missing: str
) -> None:
    lines = call(tmp_path / "hw", *words).output.splitlines()
    steps = [line.strip() for line in lines if line.startswith("  ")]
    assert steps[0] == f"# write {missing} into settings.toml, under [student]"
    assert "t5small_TextSummarization/" in steps[1]
    assert 'released = "t5small_TextSummarization"' in (tmp_path / "hw" / SETTINGS).read_text(
        "utf-8"
    )
    assert steps[2:] == ["pip install -r requirements.txt", *COMMANDS]
    assert (tmp_path / "hw" / "requirements.txt").is_file()


def test_what_makes_the_template_a_package_of_ours_stays_with_us(tmp_path: Path) -> None:
    template = tmp_path / "template"
    kept = {SETTINGS, "prune.py", "compress/__init__.py", "compress/a.py", ".gitignore"}
    left = {
        "__init__.py", "py.typed", "tests/test_a.py", "__pycache__/a.pyc", "compress/a.pyc",
        "compress/__pycache__/a.py", ".mypy_cache/x.toml", ".hidden.py", "wandb/log.txt",
        "pruned_model/m.safetensors", "predictions.csv",
    }  # fmt: skip
    for path in kept | left:
        (template / path).parent.mkdir(parents=True, exist_ok=True)
        (template / path).write_bytes(b"x")
    assert set(template_files(template)) == kept


@pytest.mark.parametrize("site", ["checkout", "installed"])
def test_it_works_wherever_it_is_installed_and_imports_no_template(
    tmp_path: Path, site: str
) -> None:
    place = ROOT
    if site == "installed":
        place = tmp_path / "site-packages"
        for package in ("validators", TEMPLATE):
            ignored = shutil.ignore_patterns("__pycache__", ".*")
            shutil.copytree(ROOT / package, place / package, ignore=ignored)
        (place / TEMPLATE / "__init__.py").write_text("raise SystemExit('imported')")
    code = (
        "import sys; sys.argv[1:] = ['init', 'hw', '--json']\n"
        "from validators.cli import main; import validators\n"
        "print(validators.__file__, file=sys.stderr); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(place)},
    )
    assert done.returncode == 0, done.stderr
    assert str(place) in done.stderr
    assert set(json.loads(done.stdout)["files"]) == below(tmp_path / "hw")


@pytest.mark.parametrize("name", ["notes.txt", "prune.py", SETTINGS, "compress", "venv"])
def test_what_is_in_the_way_is_named_and_kept(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "hw"
    (folder / ".git").mkdir(parents=True)
    (folder / name).write_text("mine", encoding="utf-8")
    result = call(folder)
    assert result.exit_code == 2
    assert f'"{name}" in the way' in said(result)
    assert below(folder) == {name}
    assert (folder / name).read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_empty_but_for_hidden_files_is_empty_enough(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert call(tmp_path).exit_code == 0


def test_a_hidden_file_that_the_template_has_too_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine", encoding="utf-8")
    with pytest.raises(InTheWayError) as caught:
        start(tmp_path, {".gitignore": b"ours", SETTINGS: b"[student]\n"}, Student())
    assert caught.value.paths == (".gitignore",)


def test_a_file_or_a_broken_link_in_place_of_the_folder_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "file/below", "link"):
        assert call(tmp_path / name).exit_code == 2, name
    assert not (tmp_path / "nowhere").exists()


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.open

    def full(path: Path, mode: str = "r", *rest: object, **more: object) -> object:
        if mode == "xb" and path.name == "settings.toml":
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(path, mode, *rest, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    result = call(tmp_path / "a" / "hw")
    assert result.exit_code == 2
    assert "No space left on device" in said(result)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--id", "12"], 'the id is "12"'),
        (["--id", "12", "--name", "王"], "holds no student id"),
        (["--id", "9900940", "--name", "../../etc"], "holds a slash"),
        (["--name", "a\nb"], "control characters"),
        (["--id", "9900940", "--name", "a" * 250], "too long"),
    ],
)
def test_an_id_or_name_that_the_course_refuses_starts_nothing(
    tmp_path: Path, words: list[str], told: str
) -> None:
    result = call(tmp_path / "hw", *words)
    assert result.exit_code == 2
    assert told in said(result)
    assert not (tmp_path / "hw").exists()


def test_the_courses_own_rules_come_along_to_the_next_command(tmp_path: Path) -> None:
    rules = tmp_path / "my competition.toml"
    rules.write_text('extends = "hw4"\n[team]\nid = "[a-z]{3}"\n', encoding="utf-8")
    result = call(tmp_path / "hw", "--id", "abc", "--competition", rules)
    assert f"check-submission pack --competition '{rules}'" in result.output


def test_a_template_that_is_missing_is_our_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("validators.starting.TEMPLATE", "no_such_template")
    result = call(tmp_path / "hw")
    assert result.exit_code == 1
    assert "Install the toolkit anew" in said(result)


SAMPLE = "# top\r\n[student]\nid = ''  # who\r\nname = \"\"\n[other]\nid = \"\"\nname = 'x' # y\n"


@given(st.from_regex(r"[0-9]{1,9}", fullmatch=True), st.text(max_size=40))
def test_any_name_is_filled_in_and_nothing_else_changes(student_id: str, name: str) -> None:
    student = Student.of(student_id, name)
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]", student.name):
        return  # refused before it comes to this
    text = filled_in(SAMPLE, student)
    assert text.startswith("# top\r\n[student]\n")
    assert text.endswith("[other]\nid = \"\"\nname = 'x' # y\n")
    assert "# who\r\n" in text
    assert student.id in text


@pytest.mark.parametrize("text", ["", "[student]\n", "[student]\nid = 7\n", "student.id = ''\n"])
def test_settings_without_a_place_for_the_id_are_not_made_up(text: str) -> None:
    with pytest.raises(StudentError):
        filled_in(text, Student("9900940", ""))
    assert filled_in(text, Student()) == text
