"""The settings of a package: what two who use the same given code can still do differently."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from validators.package.workspace import Entry, Workspace

SUFFIXES = (".toml", ".yaml", ".yml", ".cfg", ".ini")
_MOST_FILES, _MOST_BYTES = 40, 64 << 10
# Whose the package is makes no setting.
_IDENTITY = re.compile(r"(?:student[_-]?)?(?:id|name)|student|author|team|e?-?mail", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)[#;].*$")


def settings_digest(root: Path, files: Sequence[str]) -> str:
    """The digest of all settings but the student's own name; equal where all are the same."""
    chosen = [path for path in sorted(files) if path.lower().endswith(SUFFIXES)]
    lines = sorted(
        f"{path.rpartition('/')[2]}\0{line}"
        for path in chosen[:_MOST_FILES]
        for line in _lines(root, path)
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()


def _lines(root: Path, path: str) -> Iterator[str]:
    data = Workspace("", root).read(Entry(path, 0), _MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        # Not typed by anybody; its bytes stand for it.
        yield hashlib.sha256(data).hexdigest()
        return
    for line in data.decode("utf-8", "backslashreplace").splitlines():
        told = " ".join(_COMMENT.sub("", line).split())
        key = re.split(r"[=:]", told)[0].strip(" '\"")
        if told and not _IDENTITY.fullmatch(key):
            yield told
