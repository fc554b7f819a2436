"""A folder gives the findings that its zip would give, and nothing in it is followed or copied."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from grader.demo.sample import make_sample
from validators.package import Limits, Workspace, read_folder, section, unpack
from validators.package.workspace import wrapping_folder
from validators.rules import load_rules

LIMITS = Limits(10_000_000, 10_000_000, 1_000, 8, "cp950")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "given"
    (place / "src").mkdir(parents=True)
    (place / "README.md").write_text("words")
    (place / "src" / "main.py").write_text("print(1)")
    return place


def read(folder: Path, limits: Limits = LIMITS) -> Workspace:
    return read_folder(folder, "given", limits)


def codes_of(workspace: Workspace) -> list[str]:
    return sorted(finding.code for finding in workspace.findings)


def test_a_plain_folder(folder: Path) -> None:
    workspace = read(folder)
    assert [(entry.path, entry.bytes) for entry in workspace.entries] == [
        ("README.md", 5),
        ("src/main.py", 8),
    ]
    assert workspace.root == folder
    assert workspace.findings == ()
    assert workspace.whole


def test_a_folder_and_its_zip_are_read_alike(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample")
    limits = Limits.of(sample.rules.package)
    one = read_folder(sample.folder, "x", limits)
    other = unpack(sample.packed(), tmp_path / "out", limits)
    assert (one.entries, one.folders, one.wrapper) == (other.entries, other.folders, other.wrapper)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there, and pipes have no path")
@pytest.mark.parametrize("target", ["..", "/etc/passwd", "src", "nowhere", "loop"])
def test_links_are_named_and_not_followed(folder: Path, target: str) -> None:
    (folder / "loop").symlink_to(target)
    workspace = read(folder)
    assert codes_of(workspace) == ["package.link"]
    assert not workspace.whole
    assert len(workspace.entries) == 2


@pytest.mark.skipif(os.name == "nt", reason="pipes have no path there")
def test_pipes_and_sockets_are_never_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.py")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
        workspace = read(folder)
    (finding,) = workspace.findings
    assert finding.code == "package.not-a-file"
    assert dict(finding.evidence)["paths"] == ("pipe.py", "socket.py")


@pytest.mark.skipif(os.name == "nt", reason="pipes have no path there")
def test_a_pipe_that_takes_the_place_of_a_file_is_refused(folder: Path) -> None:
    workspace = read(folder)
    (folder / "README.md").unlink()
    os.mkfifo(folder / "README.md")
    with pytest.raises(OSError, match="no longer a file"):
        workspace.read(workspace.entries[0], 10)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_that_takes_the_place_of_a_file_is_refused(folder: Path) -> None:
    workspace = read(folder)
    (folder / "README.md").unlink()
    (folder / "README.md").symlink_to("/etc/passwd")
    with pytest.raises(OSError):  # noqa: PT011 - the words are the system's
        workspace.read(workspace.entries[0], 10)


def test_files_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Who runs as root may read everything, so the answer of the system is given here.
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("main.py"))
    workspace = read(folder)
    assert codes_of(workspace) == ["package.not-a-file"]
    assert [entry.path for entry in workspace.entries] == ["README.md"]
    assert workspace.findings[0].remedy.startswith("Give yourself the right to read it")


def test_folders_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "src":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert codes_of(read(folder)) == ["package.not-a-file"]
    assert read(folder / "src").opened is False


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="needs Linux names")
def test_names_that_are_no_text(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.py")).write_text("x")
    workspace = read(folder)
    assert codes_of(workspace) == ["package.bad-name"]
    found = section(workspace, load_rules())
    assert "\\udcff.py" in str(found.findings[0])


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="needs Linux names")
@pytest.mark.parametrize("name", ["README.MD", "readme.md"])
def test_names_that_collide_elsewhere(folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    assert codes_of(read(folder)) == ["package.colliding-names"]


def test_the_folder_that_holds_too_much_is_named(folder: Path) -> None:
    cache = folder / "cache"
    cache.mkdir()
    for number in range(60):
        (cache / f"{number}.py").write_text("")
    limits = Limits(10_000, 10_000, 50, 8)
    (finding,) = read(folder, limits).findings
    assert finding.code == "package.too-many"
    assert 'most of them in "cache/"' in finding.message


def test_size_and_depth_are_limited(folder: Path) -> None:
    deep = folder.joinpath(*"abcd")
    deep.mkdir(parents=True)
    (deep / "x.py").write_text("x" * 2_000)
    assert codes_of(read(folder, Limits(1, 100, 100, 8))) == ["package.too-large"]
    assert codes_of(read(folder, Limits(1, 10_000, 100, 2))) == ["package.too-deep"]


def test_thousands_of_files_are_read_in_no_time(folder: Path) -> None:
    for top in range(20):
        (folder / f"{top}").mkdir()
        for number in range(150):
            (folder / f"{top}" / f"{number}").touch()
    start = time.process_time()
    workspace = read(folder, Limits(1, 10**6, 20_000, 8))
    assert len(workspace.entries) == 3_002
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("paths", "wrapper"),
    [
        (["hw/README.md", "hw/main.py"], "hw"),
        (["hw/README.md", "__MACOSX/hw/._README.md", ".DS_Store"], "hw"),
        (["hw/pruned_model/config.json"], "hw"),
        (["hw/model.safetensors", "hw/main.py"], "hw"),
        (["pruned_model/config.json", "pruned_model/model.safetensors"], ""),
        (["pruned_model/model.safetensors", "pruned_model/extra/x"], ""),
        (["hw/main.py", "README.md"], ""),
        (["a/main.py", "b/main.py"], ""),
        (["README.md"], ""),
        ([], ""),
        (["__MACOSX/x"], ""),
    ],
)
def test_the_wrapping_folder(paths: list[str], wrapper: str) -> None:
    folders = sorted({path.rpartition("/")[0] for path in paths} - {""})
    assert wrapping_folder(paths, folders) == wrapper


def test_a_wrapped_folder_is_stepped_into(tmp_path: Path, folder: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    folder.rename(outer / "hw")
    (outer / "__MACOSX").mkdir()
    (outer / "__MACOSX" / "._x").write_text("x")
    workspace = read(outer)
    assert workspace.wrapper == "hw"
    assert workspace.root == outer / "hw"
    assert [entry.path for entry in workspace.entries] == ["README.md", "src/main.py"]
    assert [entry.path for entry in workspace.beside] == ["__MACOSX/._x"]
    assert workspace.shown("src/main.py") == "hw/src/main.py"
