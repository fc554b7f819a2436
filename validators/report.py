"""Reports: what one look at a submission found, section by section."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from validators.findings import Finding

if TYPE_CHECKING:
    from validators.model.records import ModelCount


class Outcome(str, enum.Enum):
    """What a report comes to."""

    SAFE = "safe"
    BLOCKED = "blocked"
    FAULT = "fault"


@dataclass(frozen=True)
class Fault:
    """Our failure, never the student's: a check that broke, and where."""

    code: str
    place: str
    message: str
    remedy: str = "Not your fault. Send this line and the file to the course."


@dataclass(frozen=True)
class CheckResult:
    """What one check found; `promise` is the sentence that holds when it found nothing."""

    name: str
    promise: str
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the promise holds."""
        return not self.findings


@dataclass(frozen=True)
class Section:
    """The results of one part of a submission: its package, CSV, model or team name."""

    name: str
    subject: str
    results: tuple[CheckResult, ...] = ()
    facts: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    model: Optional[ModelCount] = None
    fault: Optional[Fault] = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of the section, the gravest first."""
        found = (finding for result in self.results for finding in result.findings)
        return tuple(sorted(found, key=Finding.sort_key))


@dataclass(frozen=True)
class Report:
    """Everything that was found about one path, and what it was measured against."""

    path: str
    kind: str
    rules_digest: str
    sections: tuple[Section, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all sections, the gravest first."""
        found = (finding for section in self.sections for finding in section.findings)
        return tuple(sorted(found, key=Finding.sort_key))

    @property
    def outcome(self) -> Outcome:
        """Blocked when anything blocks; a fault of ours otherwise keeps us from saying safe."""
        if any(finding.blocks for finding in self.findings):
            return Outcome.BLOCKED
        if any(section.fault is not None for section in self.sections):
            return Outcome.FAULT
        return Outcome.SAFE
