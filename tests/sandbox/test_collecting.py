"""The narrow door: only what is asked for, regular, and within the bounds comes back."""

from __future__ import annotations

import hashlib
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox import Accepted, Limits, Program, Refused
from grader.sandbox.collecting import MOST_REFUSED, clean_name, collect, pattern
from tests.sandbox.trying import tried

PROGRAM = Program(("true",), Path("/"), limits=Limits(disk_mb=1, accepted_files=5))
NAMES = st.lists(st.text("ab.*", min_size=1, max_size=4), min_size=1, max_size=3).map("/".join)


def through(
    folder: Path, target: Path, program: Program = PROGRAM
) -> tuple[tuple[Accepted, ...], tuple[Refused, ...]]:
    """What comes through the door of this folder."""
    target.mkdir()
    opened = os.open(folder, os.O_RDONLY)
    try:
        return collect(opened, target, program)
    finally:
        os.close(opened)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def make_socket(path: Path) -> None:
    """A socket that lies in a folder."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def make_hard_link(path: Path) -> None:
    """A file with two names."""
    other = path.with_name("zz")
    other.touch()
    path.hardlink_to(other) if hasattr(path, "hardlink_to") else os.link(other, path)


def make_sparse(path: Path) -> None:
    """A file that says that it is large, and takes nothing."""
    path.touch()
    os.truncate(path, 1 << 40)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link to a file": (lambda path: path.symlink_to("/etc/passwd"), "is a link"),
    "a link to a folder": (lambda path: path.symlink_to("/etc"), "is a link"),
    "a dangling link": (lambda path: path.symlink_to("nowhere"), "is a link"),
    "a FIFO": (lambda path: os.mkfifo(path), "is a FIFO"),
    "a socket": (make_socket, "is a socket"),
    "a hard link": (make_hard_link, "has 2 names"),
    "a sparse file": (make_sparse, "bytes; "),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_what_is_no_plain_file_is_refused(source: Path, tmp_path: Path, kind: str) -> None:
    make, why = HOSTILE[kind]
    (source / "good.csv").write_text("ID,summary\n", encoding="utf-8")
    make(source / "evil")
    accepted, refused = through(source, tmp_path / "back")
    assert [one.name for one in accepted] == ["good.csv"]
    assert why in refused[0].why
    assert refused[0].name == "evil"
    assert [path.name for path in (tmp_path / "back").iterdir()] == ["good.csv"]


@pytest.mark.parametrize("name", [b"\xff.csv", b"a\nb", b"\x1b[31m", "\u202egnp".encode()])
def test_a_name_that_can_not_be_shown_is_refused(source: Path, tmp_path: Path, name: bytes) -> None:
    Path(os.fsdecode(bytes(source) + b"/" + name)).touch()
    accepted, refused = through(source, tmp_path / "back")
    assert accepted == ()
    assert "its name" in refused[0].why
    assert refused[0].name.isprintable()


def test_what_came_back_is_as_it_was_and_comes_in_order(source: Path, tmp_path: Path) -> None:
    for name in ("b/é.csv", "b/a/1", "a", "总结.csv"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(name.encode() * 1000)
    accepted, refused = through(source, tmp_path / "back")
    assert refused == ()
    assert [one.name for one in accepted] == ["a", "b/a/1", "b/é.csv", "总结.csv"]
    for one in accepted:
        data = (tmp_path / "back" / one.name).read_bytes()
        assert data == one.name.encode() * 1000
        assert (one.bytes, one.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_the_bounds_hold_for_all_files_together(source: Path, tmp_path: Path) -> None:
    for number in range(4):
        (source / f"{number}").write_bytes(b"x" * 300_000)
    accepted, refused = through(source, tmp_path / "back")
    assert [one.name for one in accepted] == ["0", "1", "2"]
    assert "300,000 bytes; 148,576 more" in refused[0].why
    for number in range(4):
        (source / f"{number}").write_bytes(b"x")
    few = replace(PROGRAM, limits=Limits(accepted_files=3))
    accepted, refused = through(source, tmp_path / "few", few)
    assert len(accepted) == 3
    assert "3 files may come back" in refused[0].why


def test_only_names_asked_for_come_back_and_the_private_copy_only_by_name(
    source: Path, tmp_path: Path
) -> None:
    for name in ("p.csv", "work/p.csv", "work/a/b/p.csv", "log"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).touch()
    (source / "x.csv").symlink_to("/etc/passwd")

    def back(number: int, **more: object) -> tuple[list[str], list[str]]:
        program = replace(PROGRAM, **more)  # type: ignore[arg-type]
        accepted, refused = through(source, tmp_path / f"{number}", program)
        return [one.name for one in accepted], [one.name for one in refused]

    assert back(1, accepts=("*.csv",)) == (["p.csv"], ["x.csv"])
    assert back(2, accepts=("work/**/*.csv",)) == (["work/a/b/p.csv", "work/p.csv"], [])
    assert back(3, copied=True) == (["log", "p.csv"], ["x.csv"])
    assert back(4)[0] == ["log", "p.csv", "work/a/b/p.csv", "work/p.csv"]


def test_too_deep_and_too_many_are_told_without_end(source: Path, tmp_path: Path) -> None:
    deep = source
    for _ in range(40):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "f").touch()
    for number in range(MOST_REFUSED + 20):
        (source / f"{number}").symlink_to("x")
    accepted, refused = through(source, tmp_path / "back")
    assert accepted == ()
    assert len(refused) == MOST_REFUSED
    assert refused[-1].why == "and 22 more"
    assert any("folders deep" in one.why for one in refused) is False


@given(NAMES)
def test_a_name_without_stars_accepts_itself_alone(name: str) -> None:
    if "*" not in name:
        assert pattern((name,)).fullmatch(name)
        assert not pattern((name,)).fullmatch(f"{name}x")
    assert pattern(("**/*",)).fullmatch(name)
    assert (pattern(("*",)).fullmatch(name) is None) is ("/" in name)


@given(st.binary(min_size=1, max_size=20))
def test_a_cleaned_name_is_one_line_and_stays_the_same(name: bytes) -> None:
    cleaned = clean_name(os.fsdecode(name))
    assert clean_name(cleaned) == cleaned
    assert not set("\n\r\x1b\x00") & set(cleaned)


def test_a_folder_that_the_program_locked_does_not_break_it(tmp_path: Path) -> None:
    code = """
        import os
        for name in ("locked", "open"):
            os.mkdir("/output/" + name)
            open(f"/output/{name}/x", "w").close()
        os.chmod("/output/locked", 0)
        """
    result = tried(tmp_path, code)
    assert "open/x" in [one.name for one in result.accepted]
    assert result.succeeded
