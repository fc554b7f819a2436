"""Grading a class: collect, match, look at each submission, judge, rank, publish.

A stage that looks at one submission gives a result that is kept under the digest of all that it
depends on; a run does only what has no result yet. Stages that inspect the class as a whole take
their place between `_run_again` and `make_cases`, and add to the findings of a case.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Optional, Protocol

from grader.answer_files import AnswerKey, read_key
from grader.class_list import ClassList, Sources, read_class
from grader.csv_files import CsvFileError
from grader.grading import keys
from grader.grading.cases import Results, make_cases
from grader.grading.entrants import is_named, refuse_strangers
from grader.grading.moves import Moves, bereft, moves_between
from grader.grading.publish import publish_board
from grader.grading.reads import StoredReads
from grader.grading.rerun_scores import scored_again
from grader.grading.rerun_stage import RerunStage
from grader.grading.reruns import Reruns, Wishes, reruns_of
from grader.grading.results import Book
from grader.grading.standings import Standings, read_standings
from grader.judging import judge_class
from grader.offences import read_earlier
from grader.outcomes import State
from grader.records import Entrant
from grader.runs import Basis, Plan, Run
from grader.settings import BoardSettings, GradingSettings
from grader.store import Store
from grader.work_folder import SCRATCH
from grader.workers import Answer, Setup, clear_scratch, looked_at
from validators.digests import digest_file
from validators.rules import Rules, rules_digest, rules_from_json, rules_json


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

    @property
    def state(self) -> State:
        """The class, judged."""
        assert self.run.state is not None
        return self.run.state


def grade_class(request: Request, store: Store, watch: Watch) -> Graded:
    """Grade the class and put its state in force, unless that is a regrade to be looked at first.

    Raises ExportError, CsvFileError or LeaderboardError for what the TA gave and must mend,
    NoSuchEntrantError, and WorkersError when our own machinery broke.
    """
    memory = StoredReads(store)
    found = read_class(request.sources, request.rules, watch.unpacking, watch.reading, memory)
    memory.write()
    standings = _standings(request)
    entrants = _wanted(found, request.only)
    reruns = _reruns(request)
    plan = _plan(found, standings, reruns, request)
    results, looked = _look(entrants, plan, request, store, found, watch)
    unsandboxed = ""
    if reruns is not None:
        stage = RerunStage(reruns, store, watch.ran_again, partial(_open_run, store, plan, request))
        again = stage.done(entrants, plan, _setup(request, found))
        scores = scored_again(again, _key(request), request.rules)
        results = replace(results, reran=again, scored_again=scores)
        unsandboxed = stage.unsandboxed
        stage.write_questions(found.matching.entrants)
        stage.refuse_wrong([each.source for each in found.collection.submissions])
    cases = make_cases(found, results, standings, request.rules)
    state = judge_class(cases, store.decisions(), request.rules, standings.source, plan.earlier)
    run, before, moves = settle(store, plan, state, request.word)
    in_force = publish_in_force(store, request.sources.work)
    return Graded(run, before, moves, in_force, found, looked, unsandboxed)


def publish_in_force(store: Store, work: Path) -> Run:
    """Write the board of the run that is in force; the same run gives the same bytes."""
    run = store.in_force()
    assert run is not None
    assert run.state is not None
    rules = rules_from_json(run.plan.rules)
    settings = BoardSettings.model_validate_json(run.plan.board)
    publish_board(run.state, run.publications[-1], rules, settings, work)
    return run


def settle(store: Store, plan: Plan, state: State, word: Word) -> tuple[Run, Optional[Run], Moves]:
    """Keep the state as a run, and put it in force if that needs no word of the TA."""
    before = store.in_force()
    newest = max((each.number for each in store.runs()), default=0)
    same = before is not None and (before.plan, before.state) == (plan, state)
    # Beside a newer preview or unfinished run the same state is a run again: else that waited on.
    if before is not None and same and newest == before.number:
        return before, before, Moves()
    latest = store.latest()
    moves = moves_between(None if before is None else before.state, state)
    if latest is None or latest.plan != plan or latest.state not in (None, state):
        number, done = store.begin(plan, word.command, word.at), False
    else:
        number, done = latest.number, latest.state is not None
    if not done:
        store.finish(number, state)
    if not _is_regrade(before, plan, state, moves) or word.why is not None:
        store.publish(number, word.at, word.who, word.why or _reason(before, plan, state))
    run = store.run(number)
    assert run is not None
    return run, before, moves


def _is_regrade(before: Optional[Run], plan: Plan, state: State, moves: Moves) -> bool:
    """Whether the state is to be looked at before it takes force."""
    if before is None:
        return False
    another_basis = before.plan.basis != plan.basis and moves.any
    return another_basis or bool(bereft(before.state, state))


def _reason(before: Optional[Run], plan: Plan, state: State) -> str:
    if before is None:
        return "the first state of the class"
    if (before.plan, before.state) == (plan, state):
        return f"the same as run {before.number}"
    if before.plan.basis != plan.basis:
        return "another basis, by which no verdict, rank or mark moves"
    return "what was handed in, matched or decided is another"


def _standings(request: Request) -> Standings:
    kaggle = request.settings.kaggle
    return read_standings(
        request.path(kaggle.public_leaderboard), request.path(kaggle.private_leaderboard),
        request.settings.answers is not None, request.rules,
    )  # fmt: skip


def _wanted(found: ClassList, only: Sequence[str]) -> tuple[Entrant, ...]:
    """The entrants to look at: all who handed in, or those named by id or pseudonym."""
    entrants = found.matching.entrants
    refuse_strangers(only, entrants)
    return tuple(
        each
        for each in entrants
        if each.submission is not None and (not only or any(is_named(each, name) for name in only))
    )


def _key(request: Request) -> Optional[AnswerKey]:
    answers = request.path(request.settings.answers)
    return None if answers is None else read_key(answers, request.rules)


def _reruns(request: Request) -> Optional[Reruns]:
    return reruns_of(
        request.rules, request.settings, request.home, request.sources.work, request.wishes,
        request.parallel,
    )  # fmt: skip


def _plan(
    found: ClassList, standings: Standings, reruns: Optional[Reruns], request: Request
) -> Plan:
    rules, answers = request.rules, request.path(request.settings.answers)
    earlier = request.path(request.settings.earlier_offences)
    digest = "" if answers is None else _digest_of(answers)
    handed_in = [each.submission for each in found.matching.entrants if each.submission]
    planned = [keys.plan_check(each, rules) for each in handed_in]
    stages = [keys.CHECK]
    if answers is not None:
        planned += [keys.plan_score(each, rules, digest) for each in handed_in]
        stages.append(keys.SCORE)
    if reruns is not None:
        planned += [reruns.planned(each) for each in handed_in]
        stages.append(keys.RERUN)
    basis = Basis(
        rules_digest(rules), digest, standings.source,
        tuple((stage, keys.stage_code(stage)) for stage in stages),
    )  # fmt: skip
    return Plan(
        os.fspath(request.sources.export), rules_json(rules), basis,
        tuple(sorted(planned, key=lambda each: (each.subject, each.stage))),
        () if earlier is None else read_earlier(earlier, rules),
        request.settings.board.model_dump_json(),
        tuple((each.key, each.asks) for each in found.matching.open),
        request.options,
    )  # fmt: skip


def _digest_of(answers: Path) -> str:
    try:
        return digest_file(answers, answers.name).sha256
    except OSError as error:
        raise CsvFileError(f"{answers.name}: can't be read ({error.strerror or error}).") from error


def _look(
    entrants: Sequence[Entrant], plan: Plan, request: Request, store: Store, found: ClassList,
    watch: Watch,
) -> tuple[Results, int]:  # fmt: skip
    """The results of all stages on all submissions, and how many submissions were looked at."""
    book = Book(store, plan, request.settings.limits, again=bool(request.only))
    tasks = book.tasks(entrants)
    if tasks:
        _open_run(store, plan, request)
        by_source = {each.submission.source: each for each in entrants if each.submission}
        setup = _setup(request, found)
        for done, answer in enumerate(looked_at(tasks, setup), 1):
            book.write(answer)
            watch.looked(done, len(tasks), by_source[answer.key], answer)
    else:
        # A run that is killed after its last look leaves a folder that no look comes to remove.
        clear_scratch(request.sources.work / SCRATCH)
    return book.results(), len(tasks)


def _open_run(store: Store, plan: Plan, request: Request) -> None:
    """Tell the store what is going to be done, so that a killed run can be told of and resumed."""
    latest = store.latest()
    if latest is None or latest.plan != plan or latest.state is not None:
        store.begin(plan, request.word.command, request.word.at)


def _setup(request: Request, found: ClassList) -> Setup:
    limits = request.settings.limits
    return Setup(
        root=found.collection.root,
        scratch=request.sources.work / SCRATCH,
        rules=rules_json(request.rules),
        answers=request.path(request.settings.answers),
        wall_seconds=limits.seconds_per_submission,
        memory_mb=limits.memory_mb,
        parallel=request.parallel,
    )
