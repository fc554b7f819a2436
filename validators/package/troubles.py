"""What is wrong with single entries, told once for each kind however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from validators.display import listed
from validators.findings import Code, Finding, Place
from validators.package import codes

_EVIDENCE_PATHS = 20
# Of mistakes that are told file by file, a reader needs the first few and their number.
_MOST_TOLD = 5
_EXPECTED = {
    codes.DAMAGED: "expected a file that reads back as it was packed",
    codes.ENCRYPTED: "expected files without a password",
    codes.COMPRESSION: "expected Store or Deflate",
    codes.UNSAFE_PATH: "expected paths inside the zip's own folder",
    codes.BACKSLASH: 'expected "/" between folders',
    codes.DUPLICATE_NAME: "expected each name once",
    codes.NAME_ENCODING: "expected UTF-8",
    codes.TOO_DEEP: "expected files nearer to the top",
    codes.LONG_NAME: "expected at most 255 bytes a name and 700 a path",
    codes.BAD_NAME: "expected names of readable characters",
    codes.WINDOWS_NAME: "expected names that every system can store",
    codes.COLLIDING_NAMES: "expected names that differ by more than case or Unicode form",
    codes.LINK: "expected files and folders only",
    codes.NOT_A_FILE: "expected files and folders that can be read",
}


class UnreadableError(Exception):
    """Nothing of a package can be read: the code and the message say why."""

    def __init__(self, code: Code, message: str, remedy: str = "", **evidence: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.evidence = evidence

    def finding(self, name: str) -> Finding:
        """The reason as a finding about the package of this name."""
        return self.code.at(Place(name), self.message, self.remedy, **self.evidence)


@dataclass(frozen=True)
class Trouble:
    """One entry of a package and what it was found to be."""

    code: Code
    path: str
    found: str
    remedy: str = ""


def findings_of(troubles: Iterable[Trouble], name: str) -> tuple[Finding, ...]:
    """One finding for each kind of trouble: the first entries named, all of them counted."""
    kinds: dict[Code, list[Trouble]] = {}
    for trouble in troubles:
        kinds.setdefault(trouble.code, []).append(trouble)
    return tuple(_finding(code, tuple(group), name) for code, group in kinds.items())


def first_few(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first findings of a kind; the last of them counts those that are left out."""
    told = tuple(findings)
    left = len(told) - _MOST_TOLD
    if left <= 0:
        return told
    last = told[_MOST_TOLD - 1]
    files = "file" if left == 1 else "files"
    message = f"{last.message} The same of {left:,} more {files}."
    counted = replace(last, message=message, evidence=(*last.evidence, ("more", left)))
    return (*told[: _MOST_TOLD - 1], counted)


def _finding(code: Code, group: tuple[Trouble, ...], name: str) -> Finding:
    paths = tuple(trouble.path for trouble in group)
    found = tuple(dict.fromkeys(trouble.found for trouble in group))
    said = ", ".join(found[:3]) + (", …" if len(found) > 3 else "")
    if len(group) > 1:
        said = f"{len(group):,} entries ({listed(paths, len(paths))}): {said}"
    place = Place(paths[0] or name) if len(group) == 1 else Place(name)
    message = f"{said}; {_EXPECTED[code]}."
    remedies = {trouble.remedy for trouble in group}
    remedy = remedies.pop() if len(remedies) == 1 else ""
    return code.at(place, message, remedy, paths=paths[:_EVIDENCE_PATHS], count=len(paths))
