"""Zips whose records contradict each other or the file: each lie is named, none is believed."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest

from tests.rawzip import Raw, zip_bytes
from validators.findings import Finding
from validators.package import Limits, Workspace, unpack

LIMITS = Limits(10_000_000, 10_000_000, 1_000, 8, "cp950")
FIRST, SECOND = Raw(b"a.txt", b"first"), Raw(b"b.txt", b"second")
PLAIN = zip_bytes([FIRST, SECOND])
WIDE = zip_bytes([FIRST, SECOND], zip64=True)
END, DIRECTORY = PLAIN.rfind(b"PK\x05\x06"), PLAIN.find(b"PK\x01\x02")
FALSE_END = b"PK\x05\x06" + bytes(30)
END64 = WIDE.rfind(b"PK\x06\x06")


def unpacked(data: bytes, folder: Path) -> Workspace:
    archive = folder / "given.zip"
    archive.write_bytes(data)
    return unpack(archive, folder / "out", LIMITS)


def only(workspace: Workspace) -> Finding:
    (finding,) = workspace.findings
    return finding


def patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def wide_member(sizes: tuple[int, ...], **fields: int) -> Raw:
    extra = struct.pack(f"<2H{len(sizes)}Q", 1, 8 * len(sizes), *sizes)
    return replace(FIRST, extra=extra, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (patched(PLAIN, END + 16, b"\xff\xff\xff\x7f"), "archive.damaged", "which is more than"),
        (patched(PLAIN, END + 12, b"\x01"), "archive.damaged", "not where its end says"),
        (patched(PLAIN, END + 4, b"\x01"), "archive.split", "part 2"),
        (patched(PLAIN, END + 8, b"\x01"), "archive.split", "split"),
        (PLAIN[:END] + b"\0" * 9 + PLAIN[END:], "archive.damaged", "not where its end says"),
        (PLAIN[:END], "archive.damaged", "cut off"),
        (b"PK\x07\x08" + PLAIN[:END], "archive.damaged", "cut off"),
        (patched(PLAIN, DIRECTORY + 28, b"\xff\xff"), "archive.damaged", "something else"),
        (patched(PLAIN, DIRECTORY + 28, b"\x06"), "archive.damaged", "something else"),
        (patched(PLAIN, DIRECTORY + 32, b"\x20"), "archive.damaged", "cut off"),
        (patched(PLAIN, DIRECTORY + 32, b"\x33"), "archive.damaged", "lists 1 entr"),
        (patched(WIDE, END64, b"XX"), "archive.damaged", "zip64 end record is missing"),
        (patched(WIDE, END64 + 24, b"\x09"), "archive.split", "split"),
        (patched(WIDE, len(WIDE) - 6, b"\x01\0\0\0"), "archive.ambiguous", "two end records"),
        (zip_bytes([FIRST], comment=FALSE_END), "archive.ambiguous", "two ends"),
        (zip_bytes([FIRST], comment=zip_bytes([SECOND])), "archive.ambiguous", "two ends"),
        (bytes(257) + b"ustar" + bytes(250), "archive.not-a-zip", "a tar archive"),
        (b"\x80\x02}q\x00.", "archive.not-a-zip", "a pickle"),
        (b"name,size\n", "archive.not-a-zip", "a text"),
        (b"\xfe\xdc\xba", "archive.not-a-zip", "something unknown"),
    ],
)
def test_archives_of_which_nothing_is_read(
    tmp_path: Path, data: bytes, code: str, words: str
) -> None:
    workspace = unpacked(data, tmp_path)
    assert not workspace.opened
    assert (only(workspace).code, words in only(workspace).message) == (code, True)
    assert list((tmp_path / "out").iterdir()) == []


def with_second(**fields: object) -> bytes:
    return zip_bytes([FIRST, replace(SECOND, **fields)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (with_second(local_at=9), "archive.damaged", "nothing is where"),
        (with_second(local_at=2**31), "archive.damaged", "nothing is where"),
        (with_second(packed=5_000), "archive.damaged", "past the end"),
        (with_second(method=0, packed=6, unpacked=7), "archive.damaged", "where 7 bytes"),
        (with_second(payload=SECOND.stream + b"more"), "archive.damaged", "bytes behind"),
        (with_second(payload=SECOND.stream[:-2]), "archive.damaged", "cut off"),
        (with_second(payload=b""), "archive.damaged", "cut off"),
        (with_second(flags=0x2001), "archive.encrypted", "password"),
        (with_second(method=99), "archive.encrypted", "password"),
        (with_second(name=b""), "package.bad-name", "empty name"),
    ],
)
def test_entries_that_are_left_out(tmp_path: Path, data: bytes, code: str, words: str) -> None:
    workspace = unpacked(data, tmp_path)
    assert (only(workspace).code, words in only(workspace).message) == (code, True)
    assert [entry.path for entry in workspace.entries] == ["a.txt"]
    assert not workspace.whole


def test_a_header_of_another_method_is_not_believed(tmp_path: Path) -> None:
    data = patched(PLAIN, PLAIN.find(b"PK\x03\x04") + 8, b"\0")
    assert "another method" in only(unpacked(data, tmp_path)).message


@pytest.mark.parametrize(
    "member",
    [
        wide_member((5,), unpacked=0xFFFFFFFF),
        wide_member((5, 7), unpacked=0xFFFFFFFF, packed=0xFFFFFFFF),
        wide_member((5, 7, 0), unpacked=0xFFFFFFFF, packed=0xFFFFFFFF, local_at=0xFFFFFFFF),
    ],
)
def test_sizes_in_the_zip64_field(tmp_path: Path, member: Raw) -> None:
    assert len(member.stream) == 7
    workspace = unpacked(zip_bytes([member, SECOND]), tmp_path)
    assert workspace.findings == ()
    assert [entry.bytes for entry in workspace.entries] == [5, 6]


def test_missing_zip64_sizes(tmp_path: Path) -> None:
    data = zip_bytes([replace(FIRST, unpacked=0xFFFFFFFF)])
    assert "zip64 sizes are missing" in only(unpacked(data, tmp_path)).message


def test_extra_fields_that_are_cut_off_are_left_aside(tmp_path: Path) -> None:
    extra = struct.pack("<2H", 0x000D, 400) + b"/etc"
    workspace = unpacked(zip_bytes([replace(FIRST, extra=extra), SECOND]), tmp_path)
    assert workspace.findings == ()


def test_folders_named_by_dots_are_no_entries(tmp_path: Path) -> None:
    folder = Raw(b"./", b"", mode=0o040755)
    workspace = unpacked(zip_bytes([folder, replace(FIRST, name=b"./src/./a.txt")]), tmp_path)
    assert workspace.findings == ()
    assert [entry.path for entry in workspace.entries] == ["a.txt"]
    assert workspace.wrapper == "src"


def test_a_directory_longer_than_any_honest_one_is_not_loaded(tmp_path: Path) -> None:
    padding = struct.pack("<2H", 0x9999, 60_000) + bytes(60_000)
    entries = [Raw(b"%d" % number, b"", extra=padding) for number in range(30)]
    (finding,) = unpacked(zip_bytes(entries), tmp_path).findings
    assert finding.code == "package.too-many"
    assert "its directory alone takes 1.8 MB" in finding.message


@pytest.mark.parametrize("change", [lambda data: data, lambda data: data + b"\n"])
def test_what_stands_around_is_counted(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    finding = only(unpacked(change(PLAIN + PLAIN), tmp_path))
    assert finding.code == "archive.extra-data"
    assert dict(finding.evidence)["before"] == len(PLAIN)
    assert "the start of another archive" in finding.message


def test_offsets_that_count_what_stands_before(tmp_path: Path) -> None:
    """A self-extracting zip whose offsets were adjusted reads the same."""
    stub = b"MZ" * 50
    moved = [replace(FIRST, local_at=100), replace(SECOND, local_at=100 + len(FIRST.local()))]
    body = stub + FIRST.local() + SECOND.local()
    directory = b"".join(entry.central(0) for entry in moved)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), len(body), 0)
    finding = only(unpacked(body + directory + end, tmp_path))
    assert finding.code == "archive.extra-data"
    assert dict(finding.evidence)["before"] == 100


def test_a_stored_archive_at_the_end_is_no_second_end(tmp_path: Path) -> None:
    inside = Raw(b"inside.zip", PLAIN, method=0)
    assert unpacked(zip_bytes([FIRST, inside]), tmp_path).findings == ()


def test_large_files_come_out_piece_by_piece(tmp_path: Path) -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    data = (bytes(range(256)) * 17 + b"x") * 2_000
    raw = Raw(b"large.bin", data, payload=packer.compress(data) + packer.flush())
    workspace = unpacked(zip_bytes([raw, SECOND]), tmp_path)
    assert workspace.findings == ()
    assert (workspace.root / "large.bin").read_bytes() == data
