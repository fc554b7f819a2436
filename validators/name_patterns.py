"""Names such as `HW4_{id}_{name}`: matched in any script and Unicode form, and explained."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class NameMatch:
    """How a text fits a pattern; `exact` is false when only its normalised form does."""

    pattern: str
    student_id: str
    name: str
    exact: bool

    @property
    def canonical(self) -> str:
        """The name as the pattern wants it spelt."""
        return self.pattern.replace("{id}", self.student_id).replace("{name}", self.name)


def match_name(text: str, patterns: Sequence[str], id_regex: str) -> Optional[NameMatch]:
    """The first pattern that the whole text fits: as it is, else normalised and in any case.

    The name keeps its own letters (NFC); the rest is compared in its compatibility form, so
    that full-width digits and underscores are the digits and underscores they look like.
    """
    composed = unicodedata.normalize("NFC", text)
    forms = ((text, True), (composed, True), (_normalised(text), False))
    for form, exact in forms:
        for pattern in patterns:
            found = _compiled(pattern, id_regex, exact).fullmatch(form)
            if found:
                groups = found.groupdict(default="")
                student_id = own_case(groups["id"], id_regex)
                return NameMatch(pattern, student_id, groups.get("name", ""), exact)
    return None


def own_case(student_id: str, id_regex: str) -> str:
    """The id with its letters in the case that the course gives it, where that is one case alone.

    Else `A41207` on a zip and `a41207` on the roster would be two students.
    """
    pattern = re.compile(id_regex, re.ASCII)
    if pattern.fullmatch(student_id):
        return student_id
    cases = {student_id.lower(), student_id.upper(), student_id.capitalize()}
    fitting = [each for each in cases if pattern.fullmatch(each)]
    return fitting[0] if len(fitting) == 1 else student_id


def example(pattern: str) -> str:
    """The pattern as a reader understands it: `HW4_<student id>_<name>`."""
    return pattern.replace("{id}", "<student id>").replace("{name}", "<name>")


def ids_in(text: str, id_regex: str) -> tuple[str, ...]:
    """Everything in the text that has the shape of a student id, digits and case normalised."""
    shape = rf"(?<![0-9A-Za-z])(?:{id_regex})(?![0-9A-Za-z])"
    found = re.finditer(shape, _normalised(text), re.IGNORECASE)
    return tuple(own_case(match.group(), id_regex) for match in found)


def _compiled(pattern: str, id_regex: str, exact: bool) -> re.Pattern[str]:
    pieces = re.split(r"(\{id\}|\{name\})", pattern)
    holes = {"{id}": f"(?P<id>{id_regex})", "{name}": r"(?P<name>\S(?:.*\S)?)"}
    source = "".join(holes.get(piece, re.escape(piece)) for piece in pieces)
    return re.compile(source, re.ASCII if exact else re.ASCII | re.IGNORECASE)


def _normalised(text: str) -> str:
    """The text with every character that isn't a letter of a name in its compatibility form."""
    composed = unicodedata.normalize("NFC", text.strip())
    return "".join(
        character if unicodedata.category(character) == "Lo" else _compatible(character)
        for character in composed
    )


def _compatible(character: str) -> str:
    return unicodedata.normalize("NFKC", character)
