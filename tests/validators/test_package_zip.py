"""Zips of every make are read alike, and no field in them is trusted before it is checked."""

from __future__ import annotations

import io
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import fuzz_zip
from tests.rawzip import Raw, zip_bytes
from validators.package import Limits, Workspace, unpack

LIMITS = Limits(10_000_000, 10_000_000, 1_000, 8, "cp950")
PLAIN = (Raw(b"README.md", b"words\n"), Raw(b"src/main.py", b"print(1)\n" * 99))


def unpacked(data: bytes, folder: Path, limits: Limits = LIMITS) -> Workspace:
    archive = folder / "given.zip"
    archive.write_bytes(data)
    return unpack(archive, folder / "out", limits)


def codes_of(workspace: Workspace) -> list[str]:
    return [finding.code for finding in workspace.findings]


@pytest.mark.parametrize("zip64", [False, True])
@pytest.mark.parametrize("comment", [b"", b"made by hand"])
def test_the_bytes_come_out_as_they_went_in(tmp_path: Path, zip64: bool, comment: bytes) -> None:
    workspace = unpacked(zip_bytes(PLAIN, zip64=zip64, comment=comment), tmp_path)
    assert workspace.findings == ()
    assert workspace.whole
    assert workspace.opened
    assert workspace.folders == ("src",)
    for raw, entry in zip(PLAIN, workspace.entries):
        assert (workspace.root / entry.path).read_bytes() == raw.data
        assert entry.bytes == len(raw.data)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text("abcdé字", min_size=1, max_size=6), st.binary(max_size=300), min_size=1
    ),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    st.booleans(),
)
def test_what_pythons_own_writer_writes_is_read(
    files: dict[str, bytes], method: int, streamed: bool
) -> None:
    target = _Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as out:
        for name, data in files.items():
            out.writestr(f"top/{name}/x", data)
    with tempfile.TemporaryDirectory() as scratch:
        workspace = unpacked(target.getvalue(), Path(scratch))
        assert workspace.findings == ()
        assert workspace.wrapper == "top"
        read = {entry.path: workspace.read(entry, 1000) for entry in workspace.entries}
    assert read == {f"{name}/x": data for name, data in files.items()}


class _Unseekable(io.BytesIO):
    """A target that can't go back, so that sizes are written after the data."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError

    def seek(self, offset: int, whence: int = 0) -> int:
        raise OSError


@pytest.mark.parametrize(
    ("raw", "flags", "name", "guessed"),
    [
        ("報告.md".encode(), 0x800, "報告.md", False),
        ("報告.md".encode(), 0, "報告.md", False),
        ("許功蓋.md".encode("cp950"), 0, "許功蓋.md", True),
        ("許功蓋.md".encode("cp950"), 0x800, "許功蓋.md", True),
        ("résumé.md".encode("cp437"), 0, "résumé.md", True),
    ],
)
def test_names_in_any_encoding(
    tmp_path: Path, raw: bytes, flags: int, name: str, guessed: bool
) -> None:
    workspace = unpacked(zip_bytes([Raw(raw, flags=flags)]), tmp_path)
    assert [entry.path for entry in workspace.entries] == [name]
    assert codes_of(workspace) == (["archive.name-encoding"] if guessed else [])


@pytest.mark.parametrize("fits", [True, False])
def test_a_unicode_path_counts_when_its_checksum_fits(tmp_path: Path, fits: bool) -> None:
    raw, name = b"??.md", "報告.md"
    field = b"\x01" + struct.pack("<L", zlib.crc32(raw) ^ (not fits)) + name.encode()
    extra = struct.pack("<2H", 0x7075, len(field)) + field
    workspace = unpacked(zip_bytes([Raw(raw, flags=0, extra=extra)]), tmp_path)
    assert [entry.path for entry in workspace.entries] == [name if fits else "??.md"]


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "/x", "//h/x", "c:/x", "C:x", "..\\x", "a\\..\\..\\x", "\\x", "\\\\h\\x"],
)
def test_nothing_leaves_the_folder(tmp_path: Path, name: str) -> None:
    workspace = unpacked(zip_bytes([*PLAIN, Raw(name.encode())]), tmp_path)
    assert codes_of(workspace) == ["archive.unsafe-path"]
    assert not workspace.whole
    assert len(workspace.entries) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["given.zip", "out"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (Raw(b"l", b"/etc", mode=0o120777), "package.link"),
        (Raw(b"l", b"/etc", mode=0o120777, system=0), "package.link"),
        (Raw(b"l", extra=b"\x0d\0\x10\0" + bytes(12) + b"/etc"), "package.link"),
        (Raw(b"l", extra=b"\x6e\x75\x0e\0" + bytes(4) + b"\xff\xa1" + bytes(8)), "package.link"),
        (Raw(b"d/", b"", mode=0o120777), "package.link"),
        (Raw(b"p", mode=0o010600), "package.not-a-file"),
        (Raw(b"s", mode=0o140600), "package.not-a-file"),
        (Raw(b"c", mode=0o020600), "package.not-a-file"),
    ],
)
def test_only_files_and_folders_are_made(tmp_path: Path, raw: Raw, code: str) -> None:
    workspace = unpacked(zip_bytes([*PLAIN, raw]), tmp_path)
    assert codes_of(workspace) == [code]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["README.md", "src"]


def test_attributes_of_windows_make_no_link(tmp_path: Path) -> None:
    # Files kept in a cloud folder carry the attribute of links, and are plain files all the same.
    raw = Raw(b"cloud.txt", system=0, mode=0x0050, dos=0x1620)
    assert unpacked(zip_bytes([*PLAIN, raw]), tmp_path).findings == ()


def test_a_file_is_not_written_through_a_link_of_the_same_name(tmp_path: Path) -> None:
    link = Raw(b"link", str(tmp_path).encode(), mode=0o120777)
    workspace = unpacked(zip_bytes([*PLAIN, link, Raw(b"link/x", b"hi")]), tmp_path)
    assert (tmp_path / "out" / "link").is_dir()
    assert not (tmp_path / "out" / "link").is_symlink()
    assert not (tmp_path / "x").exists()
    assert codes_of(workspace) == ["package.link"]


def test_links_inside_environments_are_left_to_the_leftovers(tmp_path: Path) -> None:
    raw = Raw(b"venv/bin/python", b"/usr/bin/python3", mode=0o120777)
    workspace = unpacked(zip_bytes([*PLAIN, raw]), tmp_path)
    assert workspace.findings == ()
    assert not workspace.whole


def test_a_million_entries_are_refused_before_they_are_read(tmp_path: Path) -> None:
    lying = zip_bytes([Raw(b"x%d" % number, b"") for number in range(1_001)], count=3)
    huge = zip_bytes(PLAIN, count=65_000)
    for name, data in (("lying", lying), ("huge", huge)):
        folder = tmp_path / name
        folder.mkdir()
        assert codes_of(unpacked(data, folder)) == ["package.too-many"]


def test_folders_that_no_entry_stands_for_count_too(tmp_path: Path) -> None:
    deep = [Raw(b"%d/a/b/c/x" % number) for number in range(300)]
    workspace = unpacked(zip_bytes(deep), tmp_path)
    assert codes_of(workspace) == ["package.too-many"]
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("declared", [10, 5_000_000])
def test_declared_sizes_are_not_trusted(tmp_path: Path, declared: int) -> None:
    bomb = Raw(b"bomb", bytes(1_000_000), unpacked=declared)
    workspace = unpacked(zip_bytes([*PLAIN, bomb]), tmp_path)
    assert codes_of(workspace) == ["archive.damaged"]
    assert not (tmp_path / "out" / "bomb").exists()


def test_more_than_may_be_unpacked_is_refused_whole(tmp_path: Path) -> None:
    workspace = unpacked(zip_bytes([*PLAIN, Raw(b"big", bytes(11_000_000))]), tmp_path)
    assert codes_of(workspace) == ["package.too-large"]
    assert not workspace.opened
    assert list((tmp_path / "out").iterdir()) == []


def test_one_bad_entry_leaves_the_others(tmp_path: Path) -> None:
    workspace = unpacked(zip_bytes([*PLAIN, Raw(b"bad", crc=1), Raw(b"\xff\0bad")]), tmp_path)
    assert sorted(codes_of(workspace)) == ["archive.damaged", "package.bad-name"]
    assert [entry.path for entry in workspace.entries] == ["README.md", "src/main.py"]


def test_many_of_a_kind_are_told_once(tmp_path: Path) -> None:
    evil = [Raw(b"../%d" % number) for number in range(50)]
    (finding,) = unpacked(zip_bytes([*PLAIN, *evil]), tmp_path).findings
    assert finding.place.file == "given.zip"
    assert finding.message.startswith('50 entries ("../0", "../1", "../2", "../3", "../4" and 45')
    assert dict(finding.evidence)["count"] == 50


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_end_record_is_answered(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        fuzz_zip.run_one(b"PK\x05\x06" + data, Path(scratch))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_modes_of_the_archive_are_not_taken_over(tmp_path: Path) -> None:
    workspace = unpacked(zip_bytes([Raw(b"a/x", mode=0o106777), *PLAIN]), tmp_path)
    assert stat.S_IMODE((workspace.root / "a" / "x").stat().st_mode) == 0o600
    assert stat.S_IMODE((workspace.root / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE(workspace.root.stat().st_mode) == 0o700


def test_the_destination_has_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("x")
    with pytest.raises(ValueError, match="empty"):
        unpacked(zip_bytes(PLAIN), tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_the_destination_may_not_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="link"):
        unpacked(zip_bytes(PLAIN), tmp_path)


def test_a_full_disk_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(OSError, match="No space"):
        unpacked(zip_bytes(PLAIN), tmp_path)


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    archive, seen = tmp_path / "given.zip", []
    archive.write_bytes(zip_bytes([*PLAIN, Raw(b"big", os.urandom(3_000_000))]))
    unpack(
        archive, tmp_path / "out", LIMITS, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]


def test_a_folder_in_place_of_the_zip_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "HW4.zip").mkdir()
    workspace = unpack(tmp_path / "HW4.zip", tmp_path / "out", LIMITS)
    assert codes_of(workspace) == ["archive.not-a-zip"]
