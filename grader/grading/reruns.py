"""The stage that runs code again: what it depends on, what is still to be done, what came of it."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Optional

from grader.class_list import own_secret
from grader.grading import keys
from grader.records import Entrant, Submission
from grader.rerun.orders import Orders, orders_text
from grader.rerun.records import Rerun
from grader.rerun.reruns_csv import Answers, read_answers
from grader.runs import Planned, Run
from grader.sandbox.isolation import Isolation, isolation, no_isolation
from grader.sandbox.trouble import SandboxFault
from grader.settings import GradingSettings
from grader.store import Kept, Store
from grader.work_folder import RERUNS
from grader.workers import Answer, Setup, Task
from validators.digests import digest_file
from validators.display import clean
from validators.report import Fault
from validators.rules import Rules, rules_from_json

ENTRY = "grader.rerun.conducting:look_again"
TRIES = 3
"""How often a re-run that failed on our side is tried in one `grade`."""
_SPARE_SECONDS = 600
_OPEN_FILES = 4096
# The sandbox limits a file at a little more than the disk; a limit above its own can't be raised.
_SPARE_MB = 16
# The sandbox limits what runs in it; its own process gets as much as no machine has.
_NO_MEMORY_LIMIT_MB = 1_000_000
_REMEDY = (
    "Verdict withheld, not the student's fault. Run: grade doctor. To run the code without a "
    "sandbox, on a machine that nobody minds losing, add --unsafe-no-sandbox."
)


@dataclass(frozen=True)
class Wishes:
    """What the TA typed about running code again."""

    full: bool = False
    later: bool = False
    """Leave what isn't done yet for another time; who needs it waits."""
    unsafe: bool = False


@dataclass(frozen=True)
class Reruns:
    """Everything that running the code of a class again rests on."""

    rules: Rules
    settings: GradingSettings
    assets: Path
    released_model: Optional[Path]
    python: Optional[Path]
    work: Path
    answers: Answers
    wishes: Wishes
    parallel: int

    @cached_property
    def _basis(self) -> str:
        """The digest of what every re-run depends on: the course's things and the interpreter."""
        told = [
            files_digest(self.assets),
            None if self.released_model is None else files_digest(self.released_model),
            # Not where a link leads: every environment's Python is a link to the same one.
            _absolute(self.python),
            self.settings.rerun.gpus > 0,
        ]
        return keys.digest_of(told)

    def planned(self, submission: Submission) -> Planned:
        """The re-run of a submission with its key."""
        answer = self.answers.by_submission.get(submission.source)
        told = None if answer is None else [answer.text, answer.asked]
        return keys.plan_rerun(submission, self.rules, [self._basis, told])

    def at_a_time(self, cores: int) -> int:
        """How many sandboxes there may be at a time, by cores, memory and GPUs."""
        most = min(self.parallel, cores)
        budget = self.settings.rerun.memory_mb or _memory_mb() * 3 // 4
        if budget:
            most = min(most, budget // self.rules.rerun.memory_mb)
        if self.settings.rerun.gpus:
            most = min(most, self.settings.rerun.gpus)
        return max(1, most)

    def orders(self, submission: Submission) -> Orders:
        """What the re-run of one submission is told."""
        cores = os.cpu_count() or 1
        drawn = f"{submission.digest} {self.rules.rerun.rows}".encode()
        return Orders(
            assets=os.path.abspath(self.assets),  # noqa: PTH100 (links stay as they are)
            seed=hmac.new(own_secret(self.work), drawn, "sha256").hexdigest(),
            threads=max(1, cores // self.at_a_time(cores)),
            clean_room_seconds=self.settings.rerun.clean_room_seconds,
            released_model=_absolute(self.released_model),
            python=_absolute(self.python),
            answer=self.answers.by_submission.get(submission.source),
            full=self.wishes.full,
            gpu=self.settings.rerun.gpus > 0,
            unsafe=self.wishes.unsafe,
        )

    def task(self, entrant: Entrant) -> Task:
        """The re-run of an entrant's submission, for the workers."""
        assert entrant.submission is not None
        submission = entrant.submission
        return Task(submission.source, submission, ("rerun",), orders_text(self.orders(submission)))

    def setup(self, given: Setup) -> Setup:
        """How the workers run code again, made of how they look."""
        limits = self.rules.rerun
        seconds = 2 * (limits.wall_seconds + self.settings.rerun.clean_room_seconds)
        return replace(
            given, answers=None, wall_seconds=seconds + _SPARE_SECONDS,
            memory_mb=_NO_MEMORY_LIMIT_MB, parallel=self.at_a_time(os.cpu_count() or 1),
            entry=ENTRY, open_files=_OPEN_FILES, written_bytes=(limits.disk_mb + _SPARE_MB) << 20,
        )  # fmt: skip


def reruns_of(
    rules: Rules, settings: GradingSettings, home: Path, work: Path, wishes: Wishes, parallel: int
) -> Optional[Reruns]:
    """How code is run again; None where the course names no assets. Raises CsvFileError."""
    if settings.assets is None:
        return None

    def path(name: Optional[str]) -> Optional[Path]:
        return None if name is None else home / name

    answers = read_answers(work / RERUNS, rules.package.legacy_name_encoding)
    return Reruns(
        rules, settings, home / settings.assets, path(settings.released_model),
        path(settings.rerun.python), work, answers, wishes, parallel,
    )  # fmt: skip


class RerunBook:
    """The re-runs of earlier runs, and those that come in; a fault is not kept, but tried again."""

    def __init__(self, store: Store, planned: Iterable[Planned], rules: Rules, full: bool) -> None:
        self.store, self._rules, self._full = store, rules, full
        self._planned = {each.subject: each for each in planned if each.stage == keys.RERUN}
        either = {
            source: (each.key, keys.limited_key(each, rules))
            for source, each in self._planned.items()
        }
        wanted = tuple(key for pair in either.values() for key in pair)
        found = store.results(keys.RERUN, wanted, Rerun)
        self.results: dict[str, Rerun] = {
            source: found[key]
            for source, pair in either.items()
            for key in reversed(pair)
            if key in found
        }

    def missing(self, entrants: Sequence[Entrant]) -> list[Entrant]:
        """Whose code has still to be run again, in their order."""
        return [
            each
            for each in entrants
            if each.submission is not None and self._lacks(each.submission.source)
        ]

    def write(self, answer: Answer) -> None:
        """Take the answer in, and keep it unless something of ours failed."""
        assert answer.look.reran is not None
        self.fill(answer.key, answer.look.reran)

    def fill(self, source: str, reran: Rerun) -> None:
        """Take a result in, and keep it unless something of ours failed."""
        self.results[source] = reran
        if reran.faults:
            return
        planned = self._planned[source]
        limited = any(ran.limit for ran in reran.ran)
        key = keys.limited_key(planned, self._rules) if limited else planned.key
        self.store.keep([Kept(keys.RERUN, key, source, reran)])

    def _lacks(self, source: str) -> bool:
        known = self.results.get(source)
        return known is None or bool(known.faults) or (self._full and not known.full)


def reran_of(store: Store, run: Run, source: str) -> Optional[Rerun]:
    """What running the submission again showed in that run; None where nothing is kept of it."""
    planned = [each for each in run.plan.planned if each.subject == source]
    rules = rules_from_json(run.plan.rules)
    return RerunBook(store, planned, rules, full=False).results.get(source)


def isolated(wishes: Wishes) -> Isolation:
    """The isolation that code is run in. Raises SandboxFault where this machine has none."""
    return no_isolation() if wishes.unsafe else isolation()


def refused(missing: Sequence[Entrant], fault: SandboxFault) -> Iterator[tuple[str, Rerun]]:
    """What becomes of the re-runs where no sandbox can be had: a fault of each, by its source."""
    for entrant in missing:
        assert entrant.submission is not None
        remedy = f"{fault.remedy} {_REMEDY}".strip()
        message = f"the sandbox can't be used ({clean(str(fault))})."
        place = clean(entrant.submission.source)
        yield (
            entrant.submission.source,
            Rerun(faults=(Fault("fault.sandbox", place, message, remedy),)),
        )


def files_digest(path: Path) -> str:
    """The digest of a file, or of every file below a folder with its name."""
    if path.is_file():
        return digest_file(path, path.name).sha256
    below: Mapping[str, Path] = {
        each.relative_to(path).as_posix(): each for each in path.rglob("*") if each.is_file()
    }
    return keys.digest_of([(name, digest_file(below[name], name).sha256) for name in sorted(below)])


def _memory_mb() -> int:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return 0
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def _absolute(path: Optional[Path]) -> Optional[str]:
    return None if path is None else os.path.abspath(path)  # noqa: PTH100 (links stay as they are)
