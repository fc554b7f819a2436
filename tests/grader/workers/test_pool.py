from __future__ import annotations

import ast
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.looking import look
from grader.workers import Task, WorkersError, looked_at
from tests.grader.workers.pools import (
    SHORT,
    answers,
    faults,
    good,
    numbers,
    runs,
    setup_in,
    task,
    until,
)
from validators.rules import Rules

# What a child does, the fault that it is, and what is said of it.
ENDS = {
    "hog": ("fault.memory", "needed more than 1,000 MB"),
    "segfault": ("fault.crash", "ended by signal 11 (SIGSEGV)"),
    "kill": ("fault.crash", "ended by signal 9 (SIGKILL)"),
    "leave": ("fault.crash", "ended with status 5 and without an answer"),
    "exit": ("fault.look", "looking at it broke (RuntimeError"),
    "fail": ("fault.look", "looking at it broke (ValueError at entries.py:"),
    "much": ("fault.answer", "longer than 67,108,864 bytes"),
    "junk": ("fault.answer", "could not be read"),
    "other": ("fault.answer", "could not be read"),
    "half": ("fault.crash", "ended with status 0 and without an answer"),
    "fork-crash": ("fault.crash", "ended by signal 11 (SIGSEGV)"),
    "disk": ("fault.look", "looking at it broke (OSError, File too large"),
}


def test_it_says_what_looking_says(tmp_path: Path) -> None:
    setup = setup_in(tmp_path, entry="grader.looking:look")
    one = good(tmp_path)
    (found,) = looked_at([one], setup)
    rules = Rules.model_validate_json(setup.rules, strict=False)
    from grader.answer_files import read_key

    assert setup.answers is not None
    key = read_key(setup.answers, rules)
    (tmp_path / "here").mkdir()
    expected = look(one.submission, setup.root, tmp_path / "here", rules, key, one.wants)
    assert found.look == expected
    assert found.look.scored is not None
    assert found.look.scored.scores[0].value > 0
    assert 0 < found.wall_seconds < 60
    assert list(setup.scratch.iterdir()) == []


def test_each_poisoned_one_fails_alone_and_in_its_own_words(tmp_path: Path) -> None:
    setup = setup_in(tmp_path)
    whole = [good(tmp_path, f"HW4_990094{number}_x.zip") for number in range(3)]
    found = answers([whole[0], *map(task, ENDS), *whole[1:]], setup)
    for name, (code, said) in ENDS.items():
        assert faults(found[name]) == [code], name
        checked = found[name].look.checked
        assert checked is not None
        fault = checked.faults[0]
        assert said in fault.message, name
        assert "secret" not in fault.message
        assert fault.place == name
        assert fault.remedy.startswith("Not the student's fault.")
    for each in whole:
        answer = found[each.submission.name]
        assert faults(answer) == []
        assert answer.look.rows
    assert list(setup.scratch.iterdir()) == []
    assert until(lambda: not any(map(runs, numbers(setup.root, "grandchild-"))))


@pytest.mark.parametrize("name", ["hang", "spin", "close"])
def test_a_child_that_does_not_end_is_ended(tmp_path: Path, name: str) -> None:
    setup = setup_in(tmp_path, SHORT, parallel=1)
    found = answers([task(name), task("quick")], setup)
    assert faults(found[name]) == ["fault.time"]
    assert found[name].look.checked is not None
    fault = found[name].look.checked.faults[0]
    assert "did not finish in 1 s" in fault.message
    assert "seconds_per_submission" in fault.remedy
    assert found[name].wall_seconds >= 1
    assert faults(found["quick"]) == []
    assert not any(map(runs, numbers(setup.root, "hangs-")))
    assert list(setup.scratch.iterdir()) == []


def test_a_grandchild_does_not_outlive_its_submission(tmp_path: Path) -> None:
    setup = setup_in(tmp_path)
    assert faults(answers([task("fork")], setup)["fork"]) == []
    (grandchild,) = numbers(setup.root, "grandchild-")
    assert until(lambda: not runs(grandchild))


def test_a_part_that_lacked_memory_is_told_as_such(tmp_path: Path) -> None:
    (found,) = looked_at([task("lack")], setup_in(tmp_path))
    assert found.look.checked is not None
    assert found.look.scored is not None
    assert [fault.code for fault in found.look.checked.faults] == ["fault.memory"]
    assert found.look.scored.faults == ()


def test_only_what_was_wanted_fails(tmp_path: Path) -> None:
    setup = setup_in(tmp_path)
    wanted = [replace(task("segfault"), wants=("check",)), replace(task("leave"), wants=("score",))]
    found = answers(wanted, setup)
    assert found["segfault"].look.checked is not None
    assert found["segfault"].look.scored is None
    assert found["leave"].look.checked is None
    assert found["leave"].look.scored is not None


def test_nothing_that_a_child_says_is_shown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert faults(answers([task("talk")], setup_in(tmp_path))["talk"]) == []
    assert capfd.readouterr() == ("", "")


def test_answers_come_as_they_are_found(tmp_path: Path) -> None:
    tasks = [task("slow"), *(replace(task("quick"), key=f"q{number}") for number in range(3))]
    order = [each.key for each in looked_at(tasks, setup_in(tmp_path))]
    # The third of the others may be done at the same moment.
    assert "key of slow" in order[2:]
    assert len(order) == 4


def test_a_child_has_little_of_the_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_hostile(tmp_path))
    setup = setup_in(tmp_path)
    assert faults(answers([task("describe")], setup)["describe"]) == []
    told = ast.literal_eval((setup.root / "told").read_text())
    assert told["limits"]["CORE"] == 0
    assert told["limits"]["CPU"] == 4 * setup.wall_seconds
    assert told["limits"]["NOFILE"] == 256
    assert told["limits"]["FSIZE"] == json.loads(setup.rules)["package"]["max_unpacked_bytes"]
    assert told["limits"]["AS"] > 1_000_000_000
    # 3 is the pipe for the answer, 4 the listing of open files itself.
    assert told["open"] == [0, 1, 2, 3, 4]
    assert told["stdin"] == ""
    assert told["threads"] == 1
    assert told["session"]
    assert told["ignores"]
    assert Path(told["cwd"]).is_relative_to(setup.scratch)


def _hostile(folder: Path) -> Path:
    """A folder of students' files that are called like what Python imports."""
    here = folder / "students"
    here.mkdir()
    for name in ("json", "numpy", "validators", "grader", "sitecustomize", "usercustomize"):
        (here / f"{name}.py").write_text(f"open({str(folder / 'owned')!r}, 'w').close()\nraise 1\n")
    return here


@pytest.mark.parametrize("entry", ["", ".", "its path"])
def test_files_in_the_current_folder_are_never_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    here = _hostile(tmp_path)
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "path", [str(here) if entry == "its path" else entry, *sys.path])
    monkeypatch.setenv("PYTHONPATH", str(here))
    setup = setup_in(tmp_path)
    found = answers([task("quick"), good(tmp_path)], setup)
    assert [faults(answer) for answer in found.values()] == [[], []]
    assert not (tmp_path / "owned").exists()


def test_paths_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = setup_in(tmp_path)
    one = good(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert setup.answers is not None
    near = replace(
        setup, root=Path("export"), scratch=Path("scratch"), answers=Path(setup.answers.name)
    )
    (found,) = looked_at([one], near)
    assert faults(found) == []


def test_no_tasks_start_nothing(tmp_path: Path) -> None:
    setup = setup_in(tmp_path, entry="no.such:thing")
    assert list(looked_at([], setup)) == []
    assert not setup.scratch.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answers": None}, "no answer key"),
        ({"answers": Path("gone.csv")}, "gone.csv: can't be read"),
        ({"entry": "no.such:thing"}, "could not be loaded (ModuleNotFoundError"),
        ({"rules": "{}"}, "could not be loaded (ValidationError"),
        ({"scratch": Path("/dev/null/scratch")}, "nothing can be unpacked there"),
    ],
)
def test_what_keeps_all_from_being_looked_at(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(WorkersError) as caught:
        list(looked_at([task("quick")], setup_in(tmp_path, **changes)))
    assert said in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_system_that_can_not_fork_is_told(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from tests.grader.workers import pools\n"
        "setup = pools.setup_in(Path(sys.argv[2]))\n"
        "for name in [*filter(lambda name: name.startswith('grader.'), sys.modules), 'resource']:\n"
        "    sys.modules.pop(name, None)\n"
        "sys.modules['resource'] = None\n"
        "del os.fork, os.O_NOFOLLOW, os.O_NONBLOCK, os.O_CLOEXEC, os.killpg, os.setsid\n"
        "from grader.workers import WorkersError, looked_at\n"
        "try: list(looked_at([pools.task('quick')], setup))\n"
        "except WorkersError as error: print(error)\n"
    )
    root = str(Path(__file__).parents[3])
    shown = subprocess.run(
        [sys.executable, "-c", code, root, str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert shown.stdout == "this system can't fork; run grade on Linux, macOS or WSL.\n"


@pytest.mark.parametrize("changes", [{"parallel": 0}, {"wall_seconds": 0}])
def test_limits_that_let_nothing_run_are_refused(tmp_path: Path, changes: dict[str, int]) -> None:
    setup = replace(setup_in(tmp_path), **changes)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one"):
        list(looked_at([task("quick")], setup))


def test_a_long_task_and_many_small_ones_do_not_block_one_another(tmp_path: Path) -> None:
    setup = setup_in(tmp_path)
    many = tuple(f"folder/{number:06d}" + "x" * 90 for number in range(3_000))
    tasks: list[Task] = []
    for number in range(6):
        one = task("quick")
        tasks.append(replace(one, key=str(number), submission=replace(one.submission, files=many)))
    assert sorted(each.key for each in looked_at(tasks, setup)) == list("012345")
