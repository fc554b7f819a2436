"""What a result says: how a program ended, by which limit, what it took, what it left."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from grader.sandbox import Limits, Mount, Program, SandboxFault, cgroups, launching, run
from grader.sandbox.running import how_it_ended
from tests.sandbox.trying import SMALL, here, program, said, tried

FILL = """
    import os
    for place in ("/tmp", "/dev/shm", os.environ["OUTPUT_DIR"]):
        with open(place + "/x", "wb") as file:
            for _ in range({each_mb}):
                file.write(b"x" * (1 << 20))
        print(place, flush=True)
    """
BOMBS = {
    "wall seconds": "while True: pass",
    "memory": "kept = []\nwhile True: kept.append(bytearray(8 << 20))",
    "processes": "import os, time\nfor _ in range(300): os.fork() or time.sleep(60)",
    "disk": FILL.format(each_mb=200),
    "files": "for n in range(10**6): open(f'/tmp/{n}', 'w').close()",
}
TIGHT = {
    "wall seconds": replace(SMALL, wall_seconds=0.5),
    "memory": replace(SMALL, memory_mb=100),
    "processes": replace(SMALL, processes=20),
}


@pytest.mark.parametrize(
    ("code", "exit_code", "signal"),
    [
        ("print('done')", 0, None),
        ("raise SystemExit(7)", 7, None),
        ("raise ValueError('no')", 1, None),
        ("import os; os.kill(os.getpid(), 11)", None, 11),
        ("import os; os.kill(os.getpid(), 9)", None, 9),
    ],
)
def test_how_it_ended(tmp_path: Path, code: str, exit_code: int, signal: int) -> None:
    result = tried(tmp_path, code)
    assert (result.exit_code, result.signal, result.limit) == (exit_code, signal, None)
    assert result.succeeded is (exit_code == 0)
    assert result.layers == here().layers


@pytest.mark.parametrize("limit", sorted(BOMBS))
def test_what_goes_beyond_a_limit_is_ended_and_the_limit_named(tmp_path: Path, limit: str) -> None:
    result = tried(tmp_path, BOMBS[limit], limits=TIGHT.get(limit, SMALL))
    assert result.limit == limit, result
    assert not result.succeeded
    assert result.wall_seconds < 20


def test_a_time_out_is_no_longer_than_it_says(tmp_path: Path) -> None:
    code = "import signal, time\nsignal.signal(signal.SIGTERM, print)\ntime.sleep(60)"
    result = tried(tmp_path, code, limits=TIGHT["wall seconds"])
    assert (result.signal, result.limit) == (9, "wall seconds")
    assert 0.5 <= result.wall_seconds < 5


def test_three_places_to_write_have_one_budget(tmp_path: Path) -> None:
    limits = replace(SMALL, disk_mb=24)
    assert tried(tmp_path, FILL.format(each_mb=7), limits=limits, accepts=("no",)).succeeded
    beyond = tried(tmp_path, FILL.format(each_mb=12), limits=limits, accepts=("no",))
    assert beyond.limit == "disk", beyond


def test_what_it_took_is_told(tmp_path: Path) -> None:
    code = """
        import time
        kept = b"x" * (60 << 20)
        open("/tmp/a", "wb").write(kept[: 3 << 20])
        until = time.process_time() + 0.3
        while time.process_time() < until: pass
        """
    result = tried(tmp_path, code)
    assert result.succeeded
    assert result.peak_memory_bytes > 60 << 20
    assert 3 << 20 <= result.written_bytes < 4 << 20
    assert 0.25 <= result.cpu_seconds < result.wall_seconds + 1


def test_only_the_three_places_can_be_written(tmp_path: Path) -> None:
    code = """
        import os
        for folder in ("/", "/dev", "/etc", "/usr", "/input", "/sandbox", "/proc", "/var", "/root"):
            try: os.mkdir(folder + "/new"); print("wrote", folder)
            except OSError: pass
        print("tried")
        """
    assert said(tmp_path, code) == "tried\n"


def test_inside_there_is_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_KEY", "private-7731")
    code = """
        import glob, os
        print(sorted(os.environ), os.listdir("/proc/1"), sorted(os.listdir("/proc/self/fd")))
        for path in glob.glob("/proc/[0-9]*/environ"): print(open(path, "rb").read())
        print(os.getuid(), os.getgid(), os.ttyname(0) if os.isatty(0) else "no terminal")
        """
    shown = said(tmp_path, code)
    assert "private-7731" not in shown
    assert "[] ['0', '1', '2', '3']" in shown
    assert "65534 65534 no terminal" in shown


def test_the_command_the_folder_the_mounts_and_the_environment(tmp_path: Path) -> None:
    shown_file = tmp_path / "given.txt"
    shown_file.write_text("the course's", encoding="utf-8")
    made = program(
        tmp_path,
        """
        import os, sys
        print(os.getcwd(), sys.argv[1:], open("/course/given.txt").read(), os.environ["BEAMS"])
        """,
        mounts=(Mount(shown_file, "/course/given.txt"),),
        environment=(("BEAMS", "4 é"),),
        folder="src",
    )
    (made.input / "src").mkdir()
    (made.input / "main.py").rename(made.input / "src" / "main.py")
    made = replace(made, command=("python3", "main.py", "--x", "a b", ""))
    result = run(made, tmp_path / "out", here())
    assert result.stdout.text == "/input/src ['--x', 'a b', ''] the course's 4 é\n"


def test_a_private_copy_can_be_written_and_its_original_not(tmp_path: Path) -> None:
    made = program(
        tmp_path,
        """
        import os
        print(os.getcwd(), os.readlink("data/link"), os.stat("data/old.csv").st_mtime)
        open("data/new.csv", "w").write("made")
        open("data/old.csv", "a").write(" more")
        """,
        copied=True,
        accepts=("work/**/*.csv",),
    )
    data = made.input / "data"
    data.mkdir()
    (data / "old.csv").write_text("old", encoding="utf-8")
    (data / "link").symlink_to("/etc/hostname")
    (data / "large.bin").write_bytes(b"x" * 1000)
    result = run(made, tmp_path / "out", here())
    mtime = (data / "old.csv").stat().st_mtime
    assert result.stdout.text == f"/output/work /etc/hostname {mtime}\n"
    assert [one.name for one in result.accepted] == ["work/data/new.csv", "work/data/old.csv"]
    assert (tmp_path / "out/work/data/old.csv").read_text(encoding="utf-8") == "old more"
    assert (data / "old.csv").read_text(encoding="utf-8") == "old"


def test_large_files_are_linked_where_a_whole_copy_would_not_fit(tmp_path: Path) -> None:
    code = "import os\nprint(os.path.islink('large'), os.path.islink('main.py'))"
    made = program(tmp_path, code, copied=True, limits=replace(SMALL, disk_mb=32))
    with (made.input / "large").open("wb") as file:
        file.truncate(17 << 20)
    assert run(made, tmp_path / "out", here()).stdout.text == "True False\n"


def test_a_copy_that_can_not_be_laid_is_our_fault(tmp_path: Path) -> None:
    made = program(tmp_path, "print()", copied=True)
    for number in range(3):
        (made.input / f"{number}").write_bytes(b"x" * (8 << 20))
    with pytest.raises(SandboxFault, match="did not get ready: failed"):
        run(made, tmp_path / "out", here())


@pytest.mark.parametrize(
    ("broken", "match"),
    [
        ({"input": Path("/nowhere")}, "is no folder"),
        ({"mounts": (Mount(Path("/nowhere"), "/x"),)}, "is not there to be shown"),
        ({"mounts": (Mount(Path("/etc/passwd"), "/input/new"),)}, "did not start"),
        ({"python": Path("/nowhere/python")}, "can't be used"),
        ({"python": Path("/bin/false")}, "doesn't start"),
    ],
)
def test_what_breaks_in_the_sandbox_is_a_fault(
    tmp_path: Path, broken: dict[str, object], match: str
) -> None:
    with pytest.raises(SandboxFault, match=match):
        run(replace(program(tmp_path, "print()"), **broken), tmp_path / "out", here())  # type: ignore[arg-type]


def test_an_output_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()
    with pytest.raises(SandboxFault, match="not empty"):
        tried(tmp_path, "print()")


@pytest.mark.parametrize(("command", "code"), [(("no-such",), 127), (("./main.py",), 127)])
def test_a_command_that_is_not_there_is_the_programs_own_failure(
    tmp_path: Path, command: tuple[str, ...], code: int
) -> None:
    made = replace(program(tmp_path, "print()"), command=command)
    result = run(made, tmp_path / "out", here())
    assert (result.exit_code, result.limit) == (code, None)
    assert command[0] in result.stderr.text


@pytest.mark.parametrize(
    ("code", "limit", "expected"),
    [
        (0, None, (0, None)),
        (3, None, (3, None)),
        (128, None, (128, None)),
        (139, None, (None, 11)),
        (255, None, (255, None)),
        (-9, "memory", (None, 9)),
        (137, "disk", (None, 9)),
        (1, "disk", (1, None)),
    ],
)
def test_the_code_that_bubblewrap_ends_with(
    code: int, limit: object, expected: tuple[object, object]
) -> None:
    assert how_it_ended(code, limit) == expected


def test_bubblewrap_killed_from_outside_is_a_fault() -> None:
    with pytest.raises(SandboxFault, match="from outside"):
        how_it_ended(-9, None)


def test_nothing_to_run_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no command"):
        run(Program((), tmp_path), tmp_path / "out", here())
    with pytest.raises(ValueError, match="NUL"):
        run(Program(("a\0b",), tmp_path, limits=Limits()), tmp_path / "out", here())


@pytest.mark.parametrize("step", ["_open_first", "hear", "hear_start"])
@pytest.mark.parametrize("broken", [OSError("the machine refuses"), SandboxFault("no group")])
def test_a_machine_that_breaks_while_it_starts_is_a_fault_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Exception, step: str
) -> None:
    def refuse(*_: object) -> None:
        raise broken

    monkeypatch.setattr(launching, step, refuse)
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(SandboxFault, match=str(broken)):
        tried(tmp_path, "open('/output/ran', 'w')")
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors
    assert not list((tmp_path / "out").iterdir())
    mine = f"{cgroups.PREFIX}{os.getpid()}-".encode()
    lines = [path for path in Path("/proc").glob("[0-9]*/cmdline") if mine in read(path)]
    assert not lines


def read(path: Path) -> bytes:
    """The file, empty when its process has ended."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
