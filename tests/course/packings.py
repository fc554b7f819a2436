"""Ways to make a zip of files: the ordinary one, and those that go wrong."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace

from tests.rawzip import Raw, zip_bytes

Files = Mapping[str, bytes]
BOMB_BYTES = 80_000_000


def plain(files: Files) -> bytes:
    """The files as an ordinary zip, the same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def _raw(files: Files) -> list[Raw]:
    return [Raw(name.encode(), files[name]) for name in sorted(files)]


def below(folder: str, files: Files) -> dict[str, bytes]:
    """The files one folder further down."""
    return {f"{folder}/{name}": data for name, data in files.items()}


def one_too_deep(files: Files) -> bytes:
    return plain(below("hw4", files))


def two_too_deep(files: Files) -> bytes:
    """The README stays at the top: two folders that wrap everything would be stepped into."""
    moved = {name: data for name, data in files.items() if not name.startswith("README")}
    kept = {name: data for name, data in files.items() if name.startswith("README")}
    return plain({**kept, **below("hw4/final", moved)})


def zipped_twice(files: Files) -> bytes:
    return plain({"HW4.zip": plain(files)})


def in_cp950(files: Files) -> bytes:
    """As Windows in Traditional Chinese writes names: unmarked. 許功蓋 hold the byte of "\\"."""
    entries = _raw(files)
    for name in ("許功蓋.py", "功能/工具.py"):
        entries.append(Raw(name.encode("cp950"), b"x = 1\n", flags=0, system=0))
    return zip_bytes(entries)


def bomb(files: Files) -> bytes:
    """Zeros that unpack to a thousand times as much."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    chunk = bytes(1_000_000)
    checksum, packed = 0, b""
    for _ in range(BOMB_BYTES // len(chunk)):
        checksum = zlib.crc32(chunk, checksum)
        packed += packer.compress(chunk)
    packed += packer.flush()
    zeros = Raw(b"data/train.bin", payload=packed, crc=checksum, unpacked=BOMB_BYTES)
    return zip_bytes([*_raw(files), zeros])


def climbing_and_linked(files: Files) -> bytes:
    """A path that leads out, an absolute one, and a link to what lies outside."""
    return zip_bytes(
        [
            *_raw(files),
            Raw(b"../../grading.toml", b"answers = 'mine.csv'\n"),
            Raw(b"/tmp/HW4.py", b"x = 1\n"),
            Raw(b"answers.csv", b"../../../key.csv", mode=0o120777),
        ]
    )


def locked(files: Files) -> bytes:
    """Every file behind a password."""
    return zip_bytes([replace(entry, flags=0x801) for entry in _raw(files)])


def rar(files: Files) -> bytes:
    """What a RAR archive begins with; the rest only has to be no zip."""
    return b"Rar!\x1a\x07\x01\x00" + plain(files)[4:2000].replace(b"PK", b"RA")


def truncated(files: Files) -> bytes:
    data = plain(files)
    return data[: len(data) // 2]


def nothing(files: Files) -> bytes:
    return b""


def strange_names(files: Files) -> bytes:
    """Names longer than a disk takes, and names that move a terminal's cursor."""
    return zip_bytes(
        [
            *_raw(files),
            Raw(("報告" * 150 + ".py").encode(), b"x = 1\n"),
            Raw(b"\x1b[2J\x1b[1;31mrejected\x1b[0m.py", b"x = 1\n"),
            Raw("notes\u202egpj.py".encode(), b"x = 1\n"),
        ]
    )
