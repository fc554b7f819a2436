"""Everything ends together, whoever is killed first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.workers import Answer, WorkersError, looked_at
from tests.grader.workers.pools import LONG, good, numbers, runs, setup_in, task, until

_PARENT = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from grader.workers import looked_at
from tests.grader.workers.pools import setup_in, task
try:
    for answer in looked_at([task("hang"), task("hang"), task("hang")], setup_in(Path({home!r}))):
        print(answer)
except KeyboardInterrupt:
    sys.exit(130)
"""


def hanging(folder: Path) -> tuple[subprocess.Popen[bytes], list[int]]:
    """A parent of its own with its keeper and two children that hang, and the three's numbers."""
    root = str(Path(__file__).parent.parent.parent.parent)
    code = _PARENT.format(root=root, home=str(folder))
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert until(lambda: len(numbers(folder / "export", "hangs-")) == 2)
    children = numbers(folder / "export", "hangs-")
    told = folder / "export" / f"hangs-{children[0]}"
    assert until(lambda: told.read_text() != "")
    return parent, [int(told.read_text()), *children]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_parent(tmp_path: Path, number: signal.Signals) -> None:
    parent, below = hanging(tmp_path)
    assert all(map(runs, below))
    parent.send_signal(number)
    output, trouble = parent.communicate(timeout=LONG)
    assert until(lambda: not any(map(runs, below)))
    assert parent.returncode == (130 if number == signal.SIGINT else -number)
    assert (output, trouble) == (b"", b"")
    if number == signal.SIGINT:
        assert list((tmp_path / "scratch").iterdir()) == []
    # What a killed run left is removed by the next one.
    left = list(looked_at([task("quick")], setup_in(tmp_path)))
    assert len(left) == 1
    assert list((tmp_path / "scratch").iterdir()) == []


def test_ctrl_c_in_a_terminal_reaches_the_parent_alone(tmp_path: Path) -> None:
    parent, below = hanging(tmp_path)
    os.killpg(parent.pid, signal.SIGINT)
    _, trouble = parent.communicate(timeout=LONG)
    assert (parent.returncode, trouble) == (130, b"")
    assert until(lambda: not any(map(runs, below)))


def first_of(answers: Iterator[Answer]) -> Answer:
    return next(answers)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_when_the_keeper_dies_the_run_says_so_and_keeps_what_it_has(
    tmp_path: Path, number: signal.Signals
) -> None:
    setup = setup_in(tmp_path)
    answers = looked_at([good(tmp_path), task("hang"), task("hang")], setup)
    first = first_of(answers)
    assert first.look.rows
    assert until(lambda: len(numbers(setup.root, "hangs-")) == 2)
    children = numbers(setup.root, "hangs-")
    told = setup.root / f"hangs-{children[0]}"
    assert until(lambda: told.read_text() != "")
    os.kill(int(told.read_text()), number)
    with pytest.raises(WorkersError, match=rf"ended \(signal {int(number)}\)"):
        first_of(answers)
    assert until(lambda: not any(map(runs, children)))
    assert list(setup.scratch.iterdir()) == []


def test_closing_early_ends_everything(tmp_path: Path) -> None:
    setup = setup_in(tmp_path)
    answers = looked_at([good(tmp_path), task("hang"), task("hang"), task("quick")], setup)
    first_of(answers)
    assert until(lambda: len(numbers(setup.root, "hangs-")) == 2)
    answers.close()  # type: ignore[attr-defined]
    assert not any(map(runs, numbers(setup.root, "hangs-")))
    assert list(setup.scratch.iterdir()) == []


def test_a_folder_of_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    setup = setup_in(tmp_path)
    for name in (f"look-{os.getpid()}-other", "look-mine-x", "look-1-x"):
        (setup.scratch / name).mkdir(parents=True)
    assert len(list(looked_at([task("quick")], setup))) == 1
    assert sorted(path.name for path in setup.scratch.iterdir()) == [
        "look-1-x", f"look-{os.getpid()}-other", "look-mine-x",
    ]  # fmt: skip
