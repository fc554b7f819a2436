"""Findings: one claim about a submission each, with its place, its remedy and its evidence."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Optional, Union

from typing_extensions import TypeAliasType

from validators.display import clean

# Evidence is plain data: what JSON can say, frozen. (A named alias, so that it may be recursive.)
Plain = TypeAliasType("Plain", Union[bool, int, float, str, "tuple[Plain, ...]", None])


class Severity(str, enum.Enum):
    """What a finding does to a submission."""

    BLOCKS = "blocks"
    WARNS = "warns"
    NOTES = "notes"

    @property
    def order(self) -> int:
        """Blocking first, notes last."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Place:
    """Where a finding is: a file, and the line or the tensor in it."""

    file: str
    line: Optional[int] = None
    tensor: Optional[str] = None

    def __str__(self) -> str:
        part = self.line if self.line is not None else self.tensor
        return clean(self.file if part is None else f"{self.file}:{part}")


@dataclass(frozen=True)
class Finding:
    """One claim: what was found where, what was expected, and the one thing to do about it."""

    code: str
    severity: Severity
    place: Place
    message: str
    remedy: str
    evidence: tuple[tuple[str, Plain], ...] = ()

    def __str__(self) -> str:
        return f"{self.code}  {self.place}: {self.message} {self.remedy}"

    @property
    def blocks(self) -> bool:
        """Whether a submission with this finding is not safe to submit."""
        return self.severity is Severity.BLOCKS

    def sort_key(self) -> tuple[Any, ...]:
        """A total order: severity, file, line, tensor, code, message."""
        place = self.place
        line = -1 if place.line is None else place.line
        where = (place.file, line, place.tensor or "")
        return (self.severity.order, *where, self.code, self.message)


@dataclass(frozen=True)
class Code:
    """A kind of finding: its name, how grave it is, what it means and how to mend it.

    `offence` is the key of `[penalties]` that says what it costs. What `accuses` a person costs
    nothing until the teaching side has confirmed it.
    """

    name: str
    severity: Severity
    meaning: str
    remedy: str
    offence: str = ""
    accuses: bool = False

    def at(self, place: Place, message: str, remedy: str = "", **evidence: Any) -> Finding:
        """A finding of this kind; `remedy` replaces the general one where more is known."""
        facts = tuple((name, plain(value)) for name, value in evidence.items())
        return Finding(
            self.name, self.severity, place, clean(message), clean(remedy or self.remedy), facts
        )


def plain(value: object) -> Plain:
    """The value as frozen plain data; text is cleaned, sequences become tuples."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (tuple, list)):
        return tuple(plain(item) for item in value)
    raise TypeError(f"evidence must be plain data, not {type(value).__name__}")
