"""What a class still needs: decisions, answers, another try, or the word to apply a regrade."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Optional

from grader.grading.rerun_cases import QUESTION
from grader.outcomes import WAITING, Judged, Ruling
from grader.runs import Run
from grader.work_folder import RERUNS, WORK
from validators.catalogue import integrity_codes
from validators.findings import Finding

About = Literal["regrade", "unfinished", "fault", "question", "decision"]
_ORDER: tuple[About, ...] = ("regrade", "unfinished", "fault", "question", "decision")

_INSPECTED = frozenset(code.name for code in integrity_codes())


@dataclass(frozen=True)
class Need:
    """One thing that waits: whose case it holds up, what it is about, and what to type next."""

    about: About
    entrant: str
    says: str
    next: str


def needs_of(run: Run, in_force: Optional[Run], work: str) -> tuple[Need, ...]:
    """Everything that waits by the newest run, what holds up most first."""
    found = [*_of_run(run, in_force, work)]
    if run.state is not None:
        for key, asks in run.plan.asked:
            found.append(Need("question", "", f"{key}: {asks}", f"answer it in {work}/matches.csv"))
        for judged in run.state.judged:
            found += _of_judged(judged, run, work)
    return tuple(sorted(found, key=lambda each: (_ORDER.index(each.about), each.entrant)))


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


def _of_judged(judged: Judged, run: Run, work: str) -> Iterator[Need]:
    entrant = judged.case.entrant.student.id
    for fault in judged.case.faults:
        says = f"{fault.code}  {fault.place}: {fault.message} {fault.remedy}"
        yield Need("fault", entrant, says, again(run, work, "--only", entrant))
    if not judged.case.faults and judged.case.unfinished and run.plan.basis.source != "none":
        missing = " and ".join(judged.case.unfinished)
        yield Need("unfinished", entrant, f"not done yet: {missing}", again(run, work))
    for key in judged.case.questions:
        about, _, source = key.partition(" ")
        if about == QUESTION:
            says = f"it is not clear what to run of {source or 'their submission'}"
            yield Need("question", entrant, says, f"answer it in {work}/{RERUNS}, and grade again")
    for ruling in judged.rulings:
        if ruling.standing in WAITING:
            yield Need(
                "decision", entrant, _of_ruling(judged, ruling), _decide(entrant, ruling, work)
            )


def _of_ruling(judged: Judged, ruling: Ruling) -> str:
    found = [_told(each) for each in judged.case.findings if each.code == ruling.code]
    told = found[0] if found else ruling.code
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    if ruling.standing == "stale":
        return f"decision {ruling.decision} rested on other evidence; now {told}{more}"
    if ruling.standing == "appealed":
        return f"decision {ruling.decision} was appealed: {told}{more}"
    return f"{told}{more}"


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
