"""A work's tokens and text as bytes, and back: small, and the same on every machine.

zlib around: a line of JSON (paths, lengths), the texts in UTF-8, then for each token a 32-bit
digest of what is compared and its line, both little-endian.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.integrity.code.normal import Normal

_VERSION = 1
_CODES, _LINES = np.dtype("<u4"), np.dtype("<i4")


@dataclass(frozen=True)
class Tokens:
    """All tokens of a work, file after file: what each is (a digest), its line, its file."""

    paths: tuple[str, ...]
    codes: npt.NDArray[np.uint32]
    lines: npt.NDArray[np.int32]
    files: npt.NDArray[np.int32]


def token_code(text: str) -> int:
    """The digest of a token, the same in every process."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def packed(texts: Mapping[str, str], tokens: Mapping[str, Sequence[Normal]]) -> bytes:
    """The bytes of a work: the text of each file, and its tokens."""
    encoded = {path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()}
    known: dict[str, int] = {}
    codes, lines = [], []
    for path in texts:
        for text, line in tokens[path]:
            if text not in known:
                known[text] = token_code(text)
            codes.append(known[text])
            lines.append(line)
    head = {
        "version": _VERSION,
        "files": [[path, len(encoded[path]), len(tokens[path])] for path in texts],
    }
    parts = (json.dumps(head).encode("ascii"), b"\n", *encoded.values(),
             np.array(codes, _CODES).tobytes(), np.array(lines, _LINES).tobytes())  # fmt: skip
    return zlib.compress(b"".join(parts), 6)


def unpacked(arrays: bytes) -> Tokens:
    """The tokens of a work; none of no bytes."""
    files, _, data = _opened(arrays)
    counts = [tokens for _, _, tokens in files]
    total = sum(counts)
    codes = np.frombuffer(data, _CODES, total).astype(np.uint32)
    lines = np.frombuffer(data, _LINES, total, offset=total * _CODES.itemsize).astype(np.int32)
    of_file = np.repeat(np.arange(len(files), dtype=np.int32), counts)
    return Tokens(tuple(path for path, _, _ in files), codes, lines, of_file)


def code_lines(arrays: bytes) -> dict[str, tuple[str, ...]]:
    """The lines of each file as they were compared, by path; a notebook's cells are joined."""
    files, texts, _ = _opened(arrays)
    found: dict[str, tuple[str, ...]] = {}
    at = 0
    for path, length, _ in files:
        text = texts[at : at + length].decode("utf-8", "surrogatepass")
        found[path] = tuple(text.split("\n"))
        at += length
    return found


def _opened(arrays: bytes) -> tuple[list[tuple[str, int, int]], bytes, bytes]:
    """The files (path, bytes of text, tokens), their texts, and the tokens."""
    if not arrays:
        return [], b"", b""
    head, _, rest = zlib.decompress(arrays).partition(b"\n")
    told = json.loads(head)
    if told["version"] != _VERSION:
        raise ValueError(f"arrays of code in version {told['version']}")
    files = [(str(path), int(length), int(tokens)) for path, length, tokens in told["files"]]
    end = sum(length for _, length, _ in files)
    return files, rest[:end], rest[end:]
