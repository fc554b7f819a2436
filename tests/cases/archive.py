"""Zips that can't be opened, or that unpack to something else than their maker thinks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from grader.demo.sample import Sample
from tests.cases.case import Breakage, Case
from tests.rawzip import Raw, files_of, repacked, written, zip_bytes
from validators.rules import Rules

# 70 MB of zeros, packed once: what a bomb is made of, small enough for a test.
ZEROS = Raw(b"zeros.bin", unpacked=70_000_000, payload=b"\0" * 70)
PAGE = b"<!DOCTYPE html>\n<html><title>Log in</title></html>\n"


def package_rules(**changes: object) -> Callable[[Rules], Rules]:
    """The rules with other limits for packages."""

    def change(rules: Rules) -> Rules:
        return rules.model_copy(update={"package": rules.package.model_copy(update=changes)})

    return change


def with_entry(**fields: object) -> Breakage:
    """The sample's zip with one more entry."""
    return lambda sample: repacked(sample, Raw(**fields))  # type: ignore[arg-type]


def instead(data: bytes) -> Breakage:
    """A file of these bytes where the zip should be."""
    return lambda sample: written(sample, data)


def changed(**fields: object) -> Breakage:
    """The sample's zip with other fields in the entry of its code."""

    def change(sample: Sample) -> Path:
        entries = [
            replace(entry, **fields) if entry.name == b"main.py" else entry  # type: ignore[arg-type]
            for entry in files_of(sample.folder)
        ]
        return written(sample, zip_bytes(entries))

    return change


def around(**keywords: object) -> Breakage:
    """The sample's zip with something around it, or another end."""
    return lambda sample: written(
        sample,
        zip_bytes(files_of(sample.folder), **keywords),  # type: ignore[arg-type]
    )


def cut_off(sample: Sample) -> Path:
    data = sample.packed().read_bytes()
    return written(sample, data[: len(data) // 2])


def overlapping(sample: Sample) -> Path:
    first = Raw(b"a.txt", b"words " * 50)
    return written(sample, zip_bytes([first, replace(first, name=b"b.txt", local_at=0)]))


def shared_bytes(sample: Sample) -> Path:
    """Two entries whose own headers are fine, one inside the bytes of the other."""
    inner = Raw(b"inner.txt", b"words")
    outer = Raw(b"outer.bin", inner.local() + b"more", method=0)
    at = len(outer.local()) - len(outer.data)
    return written(sample, zip_bytes([outer, replace(inner, local_at=at)]))


def locked(sample: Sample) -> Path:
    """Nothing is left of the model or the code, which is no second mistake."""
    entries = (replace(entry, flags=0x801) for entry in files_of(sample.folder))
    return written(sample, zip_bytes(list(entries)))


CASES = (
    Case("a RAR archive", instead(b"Rar!\x1a\x07\x01\x00 and so on"), ("archive.not-a-zip",)),
    Case("a 7-Zip archive", instead(b"7z\xbc\xaf\x27\x1c and so on"), ("archive.not-a-zip",)),
    Case("a saved login page", instead(PAGE), ("archive.not-a-zip",)),
    Case("an empty file", instead(b""), ("archive.not-a-zip",)),
    Case("zero bytes", instead(bytes(5000)), ("archive.not-a-zip",)),
    Case(
        "over the largest size",
        lambda sample: sample.packed(),
        ("archive.too-large",),
        rules=package_rules(max_zip_bytes=10_000),
    ),
    Case("an interrupted download", cut_off, ("archive.damaged",)),
    Case("bytes changed in a file", changed(crc=1), ("archive.damaged",)),
    Case("packed bytes that are noise", changed(payload=b"\xff\xff\xff"), ("archive.damaged",)),
    Case("more bytes than declared", changed(unpacked=10), ("archive.damaged",)),
    Case("another name in the entry", changed(local_name=b"evil.py"), ("archive.damaged",)),
    Case("other sizes in the entry", changed(local_sizes=(1, 2, 3)), ("archive.damaged",)),
    Case("fewer entries than counted", around(count=9), ("archive.damaged",)),
    Case("a part of a split zip", around(disk=2), ("archive.split",)),
    Case("a second end", around(comment=zip_bytes([])), ("archive.ambiguous",)),
    Case("a program before the archive", around(before=b"MZ" * 700), ("archive.extra-data",)),
    Case("bytes after the archive", around(after=b"\n" * 40), ("archive.extra-data",)),
    Case("entries that overlap", shared_bytes, ("archive.bomb",)),
    Case("two entries with the same bytes", overlapping, ("archive.bomb",)),
    Case("zeros without end", lambda s: repacked(s, ZEROS), ("archive.bomb",)),
    Case("a password", changed(flags=0x801), ("archive.encrypted",)),
    Case("a password on every file", locked, ("archive.encrypted",)),
    Case("Deflate64 from Explorer", changed(method=9), ("archive.compression",)),
    Case("LZMA", changed(method=14), ("archive.compression",)),
    Case("a path that climbs out", with_entry(name=b"../../.bashrc"), ("archive.unsafe-path",)),
    Case("an absolute path", with_entry(name=b"/etc/passwd"), ("archive.unsafe-path",)),
    Case("a drive letter", with_entry(name=b"C:\\x.py"), ("archive.unsafe-path",)),
    Case("a network path", with_entry(name=b"\\\\host\\x.py"), ("archive.unsafe-path",)),
    Case("backslashes", with_entry(name=b"src\\train.py"), ("archive.backslash",)),
    Case("one file twice", with_entry(name=b"main.py"), ("archive.duplicate-name",)),
    Case(
        "names in Big5",
        with_entry(name="許功蓋.py".encode("cp950"), flags=0, system=0),
        ("archive.name-encoding",),
    ),
    Case(
        "names in no encoding",
        with_entry(name=b"r\x82sum\x82.py", flags=0, system=0),
        ("archive.name-encoding",),
    ),
)
