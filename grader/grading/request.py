"""What the TA asks for when a class is graded, who looks on, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Protocol

from grader.class_list import ClassList, Sources
from grader.csv_files import CsvFileError
from grader.grading.moves import Moves
from grader.grading.reruns import Wishes
from grader.outcomes import Decision, State
from grader.records import Entrant, Submission
from grader.runs import Run
from grader.settings import GradingSettings
from grader.workers import Answer
from validators.digests import digest_file
from validators.rules import Rules


class Watch(Protocol):
    """Whoever looks on while a class is graded."""

    def unpacking(self, bytes_done: int, bytes_all: int) -> None:
        """The bulk zip is being unpacked."""

    def reading(self, submissions_done: int, submissions_all: int) -> None:
        """The submissions are being read for their digests."""

    def looked(self, done: int, total: int, entrant: Entrant, answer: Answer) -> None:
        """One submission has been looked at."""

    def ran_again(self, done: int, total: int, entrant: Entrant, answer: Answer) -> None:
        """The code of one submission has been run again."""

    def read_for_comparing(
        self, done: int, total: int, submission: Submission, answer: Answer
    ) -> None:
        """One submission has been read, so that it can be compared with the others."""


@dataclass(frozen=True)
class Word:
    """Who says what and when; `why` is the reason to put a regrade in force, None to preview it."""

    who: str
    at: str
    command: str
    why: Optional[str] = None


@dataclass(frozen=True)
class Request:
    """What the TA asks for: a class to be graded by the rules and settings."""

    sources: Sources
    rules: Rules
    settings: GradingSettings
    home: Path
    word: Word
    only: tuple[str, ...] = ()
    parallel: int = 1
    options: tuple[str, ...] = ()
    """What is to be typed beside SUBMISSIONS to get the same run again."""
    wishes: Wishes = field(default_factory=Wishes)

    def path(self, name: Optional[str]) -> Optional[Path]:
        """A path of `grading.toml`, as it lies from here."""
        return None if name is None else self.home / name

    @property
    def answers(self) -> Optional[Path]:
        """The answer key; None without one."""
        return self.path(self.settings.answers)

    @property
    def answers_digest(self) -> str:
        """The digest of the answer key; empty without one. Raises CsvFileError."""
        if self.answers is None:
            return ""
        name = self.answers.name
        try:
            return digest_file(self.answers, name).sha256
        except OSError as error:
            raise CsvFileError(f"{name}: can't be read ({error.strerror or error}).") from error


@dataclass(frozen=True)
class Graded:
    """What came of a run: its state, what it moves, and the run that is now in force."""

    run: Run
    before: Optional[Run]
    moves: Moves
    in_force: Run
    found: ClassList
    looked_at: int
    unsandboxed: str = ""
    """Why code could not be run again: the fault of the sandbox, empty where it had none."""
    decisions: tuple[Decision, ...] = ()

    @property
    def state(self) -> State:
        """The class, judged."""
        assert self.run.state is not None
        return self.run.state
