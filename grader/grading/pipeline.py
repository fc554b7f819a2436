"""Grading a class: collect, match, look at each submission, judge, rank, publish.

A stage that looks at one submission gives a result that is kept under the digest of all that it
depends on; a run does only what has no result yet. So is the comparison of the class as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Optional

from grader.answer_files import AnswerKey, read_key
from grader.class_list import ClassList, read_class
from grader.grading.cases import Results, make_cases
from grader.grading.entrants import is_named, refuse_strangers
from grader.grading.inspect_stage import InspectStage
from grader.grading.inspecting import Inspecting, inspecting_of
from grader.grading.planning import make_plan
from grader.grading.reads import StoredReads
from grader.grading.request import Graded, Request, Watch
from grader.grading.rerun_scores import scored_again
from grader.grading.rerun_stage import RerunStage
from grader.grading.reruns import Reruns, reruns_of
from grader.grading.results import Book
from grader.grading.settling import publish_in_force, settle
from grader.grading.standings import Standings, read_standings
from grader.grading.traits_book import TraitsBook
from grader.integrity.records import InspectedClass
from grader.judging import judge_class
from grader.records import Entrant
from grader.runs import Plan
from grader.store import Store
from grader.work_folder import SCRATCH
from grader.workers import Setup, clear_scratch, looked_at
from validators.rules import rules_json


def grade_class(request: Request, store: Store, watch: Watch) -> Graded:
    """Grade the class and put its state in force, unless that is a regrade to be looked at first.

    Raises ExportError, CsvFileError or LeaderboardError for what the TA gave and must mend,
    NoSuchEntrantError, and WorkersError when our own machinery broke.
    """
    memory = StoredReads(store)
    found = read_class(request.sources, request.rules, watch.unpacking, watch.reading, memory)
    standings = _standings(request)
    entrants = _wanted(found, request.only)
    reruns = _reruns(request)
    inspecting = inspecting_of(request, found, memory)
    memory.write()
    plan = make_plan(found, standings, reruns, inspecting, request)
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
    if inspecting is not None:
        inspected = _inspected(inspecting, entrants, plan, request, store, found, watch)
        results = replace(results, inspected=inspected)
    cases = make_cases(found, results, standings, request.rules)
    decisions = store.decisions()
    state = judge_class(cases, decisions, request.rules, standings.source, plan.earlier)
    run, before, moves = settle(store, plan, state, request.word)
    in_force = publish_in_force(store, request.sources.work)
    return Graded(run, before, moves, in_force, found, looked, unsandboxed, tuple(decisions))


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
    return None if request.answers is None else read_key(request.answers, request.rules)


def _reruns(request: Request) -> Optional[Reruns]:
    return reruns_of(
        request.rules, request.settings, request.home, request.sources.work, request.wishes,
        request.parallel,
    )  # fmt: skip


def _inspected(
    inspecting: Inspecting, entrants: Sequence[Entrant], plan: Plan, request: Request,
    store: Store, found: ClassList, watch: Watch,
) -> InspectedClass:  # fmt: skip
    """What the class looks like side by side."""
    book = TraitsBook(store, request.settings.limits, again=bool(request.only))
    stage = InspectStage(inspecting, book, watch.read_for_comparing)
    begin = partial(_open_run, store, plan, request)
    return stage.done(entrants, plan, _setup(request, found), begin)


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
        answers=request.answers,
        wall_seconds=limits.seconds_per_submission,
        memory_mb=limits.memory_mb,
        parallel=request.parallel,
    )
