"""One process at a time writes in a work folder, and whoever ends, however, lets it go."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.store import LOCK, HeldError, StoreError, lock, open_store, read_store
from grader.store.lock import held

ROOT = Path(__file__).parents[3]
SECONDS = 60  # a time-out, never waited for


@contextmanager
def holder(what: str, work: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process that holds the folder, and the process id of the one that will outlive it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.grader.store.holders", what, str(work)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            word, pid = process.stdout.readline().split()
            assert word == "ready"
            yield process, int(pid)
        finally:
            process.kill()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_writer_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with holder("hold", tmp_path) as (process, _):
        with pytest.raises(HeldError) as caught, open_store(tmp_path):
            pytest.fail("two writers at once")
        told = str(caught.value)
        pattern = (
            r"(.*) is held by process (\d+) on host (\S+) since 2026-05-20T10:00:00\+00:00 "
            r"\(grade hold/\): wait until it ends, or stop it\."
        )
        match = re.fullmatch(pattern, told)
        assert match is not None, told
        assert match[1] == str(tmp_path)
        assert int(match[2]) == process.pid
        with read_store(tmp_path) as store:
            assert store.runs() == ()
    with open_store(tmp_path) as store:
        assert store.runs() == ()


def test_two_writers_in_one_process(tmp_path: Path) -> None:
    with open_store(tmp_path, "grade a"):
        with pytest.raises(HeldError, match=rf"process {os.getpid()} on host .* \(grade a\)"):
            open_store(tmp_path, "grade b").__enter__()
        with pytest.raises(HeldError, match=r"\(grade a\)"):
            open_store(tmp_path, "grade c").__enter__()
    with open_store(tmp_path):
        pass


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_holder_lets_go(tmp_path: Path, number: int) -> None:
    with holder("hold", tmp_path) as (process, _):
        process.send_signal(number)
        assert process.wait(SECONDS) == -number
        assert (tmp_path / LOCK).read_text().startswith('{"pid"')  # left over, and of no effect
        with open_store(tmp_path) as store:
            assert store.runs() == ()


@pytest.mark.parametrize("what", ["forked", "started"])
def test_what_outlives_the_holder_does_not_keep_the_folder(tmp_path: Path, what: str) -> None:
    with holder(what, tmp_path) as (process, pid):
        with pytest.raises(HeldError), open_store(tmp_path):
            pytest.fail("two writers at once")
        process.kill()
        process.wait(SECONDS)
        try:
            assert alive(pid)
            with open_store(tmp_path) as store:
                assert store.runs() == ()
            assert alive(pid)
        finally:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)


def test_a_forked_copy_that_leaves_the_block_does_not_let_go(tmp_path: Path) -> None:
    """Left by the copy, the block must neither unlock the folder nor close a handle twice."""
    code = (
        "import os, sys; from pathlib import Path; from grader.store.lock import held\n"
        "with held(Path(sys.argv[1]), 'grade', ''):\n"
        "    pid = os.fork()\n"
        "    if pid:\n"
        "        assert os.waitpid(pid, 0)[1] == 0\n"
        "        print('left', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / LOCK)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "left\n"
        with pytest.raises(HeldError), held(tmp_path / LOCK, "grade", ""):
            pytest.fail("the copy let go")


@pytest.mark.parametrize(
    "left", ["", "{", "[]", "null", '{"pid": "x"}', "\0" * 5000, '{"pid":1,"host":2}', "\udc80"]
)
def test_a_holder_who_has_not_said_who_they_are(tmp_path: Path, left: str) -> None:
    with open_store(tmp_path):
        (tmp_path / LOCK).write_bytes(left.encode("utf-8", "surrogateescape"))
        with pytest.raises(HeldError, match="is held by another process: wait until it ends"):
            open_store(tmp_path).__enter__()


def test_what_the_holder_says_cannot_steer_a_terminal(tmp_path: Path) -> None:
    with open_store(tmp_path, "grade \x1b[2J\udc80" + "x" * 10_000):
        with pytest.raises(HeldError) as caught:
            open_store(tmp_path).__enter__()
        assert "\\x1b[2J\\udc80xxx" in str(caught.value)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 500 + len(str(tmp_path))


def test_a_lock_file_that_was_removed_keeps_nobody_out_twice(tmp_path: Path) -> None:
    """Whoever waits for the removed file must not believe to hold the folder with it."""
    with open_store(tmp_path, "grade a"):
        (tmp_path / LOCK).unlink()
        with held(tmp_path / LOCK, "grade b", ""), pytest.raises(HeldError, match="grade b"):
            open_store(tmp_path).__enter__()
    with open_store(tmp_path):
        pass


def test_a_lock_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / LOCK).mkdir()
    with pytest.raises(StoreError, match=r"grade\.lock: Is a directory.*--work"):
        open_store(tmp_path).__enter__()


def test_a_lock_file_that_is_replaced_while_it_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, taken = lock._lock, []

    def replaced_once(handle: int) -> bool:
        if not taken:
            (tmp_path / LOCK).unlink()
        taken.append(handle)
        return real(handle)

    monkeypatch.setattr(lock, "_lock", replaced_once)
    with open_store(tmp_path, "grade a"):
        assert len(taken) == 2
        with pytest.raises(HeldError, match="grade a"):
            open_store(tmp_path).__enter__()
