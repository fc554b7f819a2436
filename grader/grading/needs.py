"""What a class still needs: decisions, answers, another try, or the word to apply a regrade."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal, Optional

from grader.grading.rerun_cases import QUESTION
from grader.matching.answers import NOBODY
from grader.outcomes import WAITING, Decision, Judged, Ruling
from grader.runs import Run
from grader.work_folder import RERUNS, WORK
from validators.catalogue import integrity_codes
from validators.display import clean
from validators.findings import Finding

About = Literal["regrade", "unfinished", "fault", "question", "decision"]
_ORDER: tuple[About, ...] = ("regrade", "unfinished", "fault", "question", "decision")

_INSPECTED = frozenset(code.name for code in integrity_codes())
# What answers a question of the matching, by the word that its key begins with.
_WHOSE = f"a student id, or {NOBODY},"
_ANSWERS = {
    "team": _WHOSE,
    "submission": _WHOSE,
    "choice": 'one of the names in the column "candidates"',
    "time": f"a time such as 2024-05-14 23:59, or {NOBODY},",
}
# So many who wait for one answer are named; of more only the number is told.
_NAMED = 3


@dataclass(frozen=True)
class Need:
    """One thing that waits: whose case it holds up, what it is about, and what to type next."""

    about: About
    entrant: str
    says: str
    next: str


def needs_of(
    run: Run, in_force: Optional[Run], work: str, decisions: Sequence[Decision] = ()
) -> tuple[Need, ...]:
    """Everything that waits by the newest run, what holds up most first.

    `decisions` are the journal: with it an appeal is told in the student's words.
    """
    found = [*_of_run(run, in_force, work)]
    if run.state is not None:
        found += (_of_matching(key, asks, run, work) for key, asks in run.plan.asked)
        for judged in run.state.judged:
            found += _of_judged(judged, run, work, decisions)
    return tuple(sorted(found, key=lambda each: (_ORDER.index(each.about), each.entrant)))


def questions_of(judged: Judged, run: Run, work: str) -> tuple[Need, ...]:
    """The open questions that one entrant waits for, each with where it is answered."""
    asked = (
        _of_matching(key, asks, run, work)
        for key, asks in run.plan.asked
        if key in judged.case.questions
    )
    # Veiled questions of one kind are told alike.
    return tuple(dict.fromkeys((*asked, *_of_rerun(judged, work))))


def again(run: Run, work: str, *more: str) -> str:
    """The command that goes on with a run."""
    options = () if work == WORK else ("--work", work)
    return shlex.join(["grade", run.plan.submissions, *run.plan.options, *options, *more])


def _of_run(run: Run, in_force: Optional[Run], work: str) -> Iterator[Need]:
    if run.plan.basis.source == "none":
        says = "there is nothing to rank by: name Kaggle's leaderboards or the answer key"
        yield Need("unfinished", "", says, "write them into grading.toml, and grade again")
    if run.state is None:
        yield Need("unfinished", "", f"run {run.number} was not finished", again(run, work))
    elif in_force is None or in_force.number < run.number:
        says = f"run {run.number} is a regrade that is not in force"
        yield Need("regrade", "", says, f'{again(run, work, "--apply")} --why "…"')


def _of_matching(key: str, asks: str, run: Run, work: str) -> Need:
    kind, _, subject = key.partition(" ")
    told = [f"{key}: {asks}" if asks.endswith((".", "?")) else f"{key}: {asks}."]
    # Without its subject, as it is veiled, a question is told from no other of its kind.
    told += [_awaited(key, run)] if subject else []
    told += [f'Write {_ANSWERS[kind]} into the column "decision".'] if kind in _ANSWERS else []
    return Need(
        "question", "", " ".join(told), f"answer it in {work}/matches.csv, then: {again(run, work)}"
    )


def _awaited(key: str, run: Run) -> str:
    """Who waits for the answer: it may turn out to be about them."""
    class_ = () if run.state is None else run.state.judged
    waiting = [each.case.entrant for each in class_ if key in each.case.questions]
    if not waiting:
        return "Nobody waits for it."
    if len(waiting) > _NAMED:
        return f"Waiting for it: {len(waiting):,} entrants."
    lacks = key.startswith("team ") and all(each.team is None for each in waiting)
    names = ", ".join(f"{each.student.id} {each.student.name}".strip() for each in waiting)
    return f"Waiting for it: {names}{' (no team yet)' if lacks else ''}."


def _of_rerun(judged: Judged, work: str) -> Iterator[Need]:
    entrant = judged.case.entrant.student.id
    for key in judged.case.questions:
        about, _, source = key.partition(" ")
        if about == QUESTION:
            says = f"it is not clear what to run of {source or 'their submission'}"
            yield Need("question", entrant, says, f"answer it in {work}/{RERUNS}, and grade again")


def _of_judged(
    judged: Judged, run: Run, work: str, decisions: Sequence[Decision]
) -> Iterator[Need]:
    entrant = judged.case.entrant.student.id
    for fault in judged.case.faults:
        says = f"{fault.code}  {fault.place}: {fault.message} {fault.remedy}"
        yield Need("fault", entrant, says, again(run, work, "--only", entrant))
    if not judged.case.faults and judged.case.unfinished and run.plan.basis.source != "none":
        missing = " and ".join(judged.case.unfinished)
        yield Need("unfinished", entrant, f"not done yet: {missing}", again(run, work))
    yield from _of_rerun(judged, work)
    for ruling in judged.rulings:
        if ruling.standing in WAITING:
            says = _of_ruling(judged, ruling, decisions)
            yield Need("decision", entrant, says, _decide(entrant, ruling, work))


def _of_ruling(judged: Judged, ruling: Ruling, decisions: Sequence[Decision]) -> str:
    found = [_told(each) for each in judged.case.findings if each.code == ruling.code]
    told = found[0] if found else ruling.code
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    if ruling.standing == "stale":
        return f"decision {ruling.decision} rested on other evidence; now {told}{more}"
    if ruling.standing == "appealed":
        words = _appeal(judged, ruling, decisions)
        return f"decision {ruling.decision} was appealed: {words}{told}{more}"
    return f"{told}{more}"


def _appeal(judged: Judged, ruling: Ruling, decisions: Sequence[Decision]) -> str:
    """What the student said since the TA's last word, and who wrote it down when."""
    matter = (judged.case.entrant.student.id, ruling.code)
    own = [each for each in decisions if (each.entrant, each.code) == matter]
    newest_first = list(takewhile(lambda each: each.word == "appeal", reversed(own)))
    said = [
        f'"{clean(each.why)}" ({each.at}, as told by {clean(each.who)})'
        for each in reversed(newest_first)
    ]
    return f"the student says {', and '.join(said)}. It is about " if said else ""


def _told(finding: Finding) -> str:
    """What was seen. Of what inspecting shows, `grade evidence` tells the rest on a page."""
    if finding.code in _INSPECTED:
        return f"{finding.code}  {finding.place}: {finding.message}"
    return str(finding)


def _decide(entrant: str, ruling: Ruling, work: str) -> str:
    word = "--set POINTS" if ruling.code.startswith("mark.") else "--confirm (or --dismiss)"
    where = "" if work == WORK else f" --work {shlex.quote(work)}"
    who = shlex.quote(entrant)
    look = f"grade evidence {who}{where}, then " if ruling.code in _INSPECTED else ""
    return f'{look}grade decide {who} {ruling.code} {word} --why "…"{where}'
