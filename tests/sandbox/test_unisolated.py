"""Without a sandbox: the same record, the same limits as far as a plain process can have them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox import Mount, Result, no_isolation, run
from tests.sandbox.test_ending import DAEMON, named
from tests.sandbox.trying import SMALL, program


def tried_plainly(folder: Path, code: str, **more: Any) -> Result:
    return run(program(folder, code, **more), folder / "out", no_isolation())


def test_the_record_is_the_same(tmp_path: Path) -> None:
    code = """
        import os, sys
        open(os.environ["OUTPUT_DIR"] + "/p.csv", "w").write("x")
        os.symlink("/etc/passwd", os.environ["OUTPUT_DIR"] + "/link")
        print(sorted(os.environ), os.path.exists("main.py"))
        sys.exit(3)
        """
    result = tried_plainly(tmp_path, code)
    assert (result.exit_code, result.signal, result.limit) == (3, None, None)
    assert [one.name for one in result.accepted] == ["p.csv"]
    assert [one.name for one in result.refused] == ["link"]
    assert "PYTEST" not in result.stdout.text
    assert result.stdout.text.endswith("True\n")
    assert result.layers[0] == "no isolation"


@pytest.mark.parametrize(
    ("code", "limit", "limits"),
    [
        ("import time; time.sleep(60)", "wall seconds", replace(SMALL, wall_seconds=0.4)),
        (
            "x = b'x' * (300 << 20)\nimport time\ntime.sleep(60)",
            "memory",
            replace(SMALL, memory_mb=99),
        ),
        (
            "import threading, time\nfor _ in range(40): threading.Thread(target=time.sleep, "
            "args=(60,)).start()",
            "processes",
            replace(SMALL, processes=20),
        ),
        (
            "import os, time\nfor n in range(30): open(f'{os.environ[\"TMPDIR\"]}/{n}', 'wb')"
            ".write(b'x' * (1 << 20))\ntime.sleep(60)",
            "disk",
            SMALL,
        ),
        (
            "import os, time\nfor n in range(900): open(f'{os.environ[\"TMPDIR\"]}/{n}', 'w')\n"
            "time.sleep(60)",
            "files",
            SMALL,
        ),
    ],
)
def test_limits_hold(tmp_path: Path, code: str, limit: str, limits: Any) -> None:
    result = tried_plainly(tmp_path, code, limits=limits)
    assert (result.limit, result.signal) == (limit, 9), result


def test_a_daemon_is_killed_too(tmp_path: Path) -> None:
    result = tried_plainly(tmp_path, DAEMON.format(name="sb-plain"))
    del result
    assert named("sb-plain") == []


def test_the_input_stays_as_it_is_and_places_inside_are_put_outside(tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    (course / "data.txt").write_text("given", encoding="utf-8")
    made = program(
        tmp_path,
        """
        import os, sys
        print(open(sys.argv[1]).read(), open(os.environ["DATA"].split(":")[1]).read())
        open("main.py", "w").write("changed")
        open(sys.argv[2], "w").write("made")
        """,
        mounts=(Mount(course, "/course"),),
        environment=(("DATA", "/x:/course/data.txt"),),
    )
    made = replace(made, command=("python", "main.py", "/course/data.txt", "/output/p.csv"))
    result = run(made, tmp_path / "out", no_isolation())
    assert result.stdout.text == "given given\n", result
    assert [one.name for one in result.accepted] == ["p.csv"]
    assert "changed" not in (made.input / "main.py").read_text(encoding="utf-8").splitlines()[0]


def test_a_private_copy_comes_back_by_name(tmp_path: Path) -> None:
    code = "import os; open('p.csv', 'w').write(os.path.basename(os.getcwd()))"
    result = tried_plainly(tmp_path, code, copied=True, accepts=("work/*.csv",))
    assert [one.name for one in result.accepted] == ["work/p.csv"]
    assert (tmp_path / "out/work/p.csv").read_text(encoding="utf-8") == "work"
