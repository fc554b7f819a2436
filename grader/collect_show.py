"""A class list as text for the TA's terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Optional

from tabulate import tabulate

from grader.class_list import ClassList
from grader.records import Entrant, Question, Student, Submission, Team
from validators.display import clean, quoted, size

_WIDTH = 36
_FIRST = 10
_HOW_TO_DECIDE = (
    "a decision on a submission or team is a student id, or none if it is nobody's",
    "a decision on a choice is one of its candidates; on a time 2024-05-14 23:59, or none",
)


def class_lines(found: ClassList, work: str) -> Iterator[str]:
    """The table of the class, what is odd, and the open questions with the next thing to do."""
    matching = found.matching
    rows = [_row(entrant) for entrant in matching.entrants]
    headers = ("student", "name", "handed in", "size", "received", "matched by", "team")
    yield from tabulate(rows, headers, disable_numparse=True).splitlines()
    yield ""
    yield _summary(found)
    yield from _odd(found)
    if not matching.open:
        yield "nothing to decide"
        return
    yield ""
    count = len(matching.open)
    outdated = dict(matching.outdated)
    yield f"{count} question{'' if count == 1 else 's'} to decide:"
    for question in matching.open:
        yield from _question_lines(question, outdated.get(question.key, ""))
    yield ""
    yield from _HOW_TO_DECIDE
    matches = clean(str(found.matches or work))
    yield f'next: fill in the column "decision" of {matches}, then run the same command again'


def as_json_text(found: ClassList) -> str:
    """Everything that was collected and matched, as JSON."""
    matching = found.matching
    answer = {
        "entrants": [_entrant(each) for each in matching.entrants],
        "questions": [_question(each, found) for each in matching.questions],
        "unmatched_submissions": [_submission(each) for each in matching.unmatched],
        "unmatched_teams": [_team(each) for each in matching.unmatched_teams],
        "left_out": [{"path": each.path, "why": each.why} for each in found.collection.left_out],
        "findings": [
            {"code": each.code, "file": each.place.file, "message": each.message}
            for each in found.collection.findings
        ],
        "matches": None if found.matches is None else str(found.matches),
    }
    return json.dumps(answer, indent=2, ensure_ascii=True)


def _summary(found: ClassList) -> str:
    entrants = found.matching.entrants
    handed_in = sum(entrant.submission is not None for entrant in entrants)
    total = len(found.collection.submissions)
    parts = [
        f"{total} submission{'' if total == 1 else 's'}",
        f"{handed_in} of {len(entrants)} students with one that counts",
    ]
    for timing in ("late", "early", "unknown"):
        count = sum(entrant.timing == timing and bool(entrant.submission) for entrant in entrants)
        if count:
            parts.append(f"{count} {'of unknown time' if timing == 'unknown' else timing}")
    return ", ".join(parts)


def _odd(found: ClassList) -> Iterator[str]:
    """What was not read or is nobody's: a few named, all counted."""
    collection = found.collection
    broken = [
        f"unreadable: {clean(each.source)}: {clean(each.trouble)}"
        for each in collection.submissions
        if each.trouble
    ]
    told = [f"in the export: {clean(str(each.place))}: {each.message}"
            for each in collection.findings]  # fmt: skip
    left = [f"left out: {clean(each.path)}: {each.why}" for each in collection.left_out]
    for lines in (broken, told, left):
        yield from lines[:_FIRST]
        if len(lines) > _FIRST:
            yield f"  and {len(lines) - _FIRST} more of this kind (--json shows all)"


def _question_lines(question: Question, before: str) -> Iterator[str]:
    yield f"  {clean(question.key)}"
    yield f"    {clean(question.asks)}"
    for candidate in question.candidates[:_FIRST]:
        yield f"    - {clean(str(candidate))}"
    if before:
        yield f"    {quoted(before, 80)} was decided when the facts were others; decide anew."


def _row(entrant: Entrant) -> tuple[str, ...]:
    submission = entrant.submission
    more = f" (+{len(entrant.others)})" if entrant.others else ""
    name = "" if submission is None else _cut(submission.source)
    if submission is None and entrant.others:
        name, more = f"{len(entrant.others)} to choose from", ""
    return (
        entrant.student.id,
        _cut(entrant.student.name, 20),
        f"{name}{more}" or "nothing",
        "" if submission is None else size(submission.bytes),
        _received(entrant),
        ", ".join(entrant.submission_by[:1]),
        "" if entrant.team is None else _cut(entrant.team.name, 24),
    )


def _received(entrant: Entrant) -> str:
    if entrant.submission is None:
        return ""
    if entrant.received is None:
        return "unknown"
    seconds = entrant.seconds_late or entrant.seconds_early
    told = f", {_span(seconds)} {entrant.timing}" if seconds else ""
    return f"{entrant.received.isoformat(' ')}{told}"


def _span(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def _cut(text: str, width: int = _WIDTH) -> str:
    """The text in one line; of a long one the end, where the student's own name for it is."""
    shown = clean(text)
    return shown if len(shown) <= width else "…" + shown[len(shown) - width + 1 :]


def _entrant(entrant: Entrant) -> dict[str, Any]:
    return {
        "student": _student(entrant.student),
        "pseudonym": entrant.pseudonym,
        "submission": None if entrant.submission is None else _submission(entrant.submission),
        "submission_by": list(entrant.submission_by),
        "others": [_submission(each) for each in entrant.others],
        "team": None if entrant.team is None else _team(entrant.team),
        "team_by": list(entrant.team_by),
        "other_teams": [_team(each) for each in entrant.other_teams],
        "received": _time(entrant.received),
        "timing": entrant.timing,
        "seconds_late": entrant.seconds_late,
        "seconds_early": entrant.seconds_early,
    }


def _student(student: Student) -> dict[str, Any]:
    return {"id": student.id, "name": student.name, "email": student.email}


def _submission(submission: Submission) -> dict[str, Any]:
    return {
        "source": submission.source,
        "kind": submission.kind,
        "files": list(submission.files) if submission.kind == "loose files" else [],
        "beside": list(submission.beside),
        "participant": submission.owner.participant,
        "shown_name": submission.owner.name,
        "bytes": submission.bytes,
        "sha256": submission.digest,
        "trouble": submission.trouble,
    }


def _team(team: Team) -> dict[str, Any]:
    return {"id": team.id, "name": team.name, "members": list(team.members)}


def _question(question: Question, found: ClassList) -> dict[str, Any]:
    return {
        "question": question.key,
        "asks": question.asks,
        "candidates": [
            {"answer": each.answer, "label": each.label, "why": each.why}
            for each in question.candidates
        ],
        "asked": question.asked,
        "open": question in found.matching.open,
        "decided_before": dict(found.matching.outdated).get(question.key, ""),
    }


def _time(moment: Optional[datetime]) -> Optional[str]:
    return None if moment is None else moment.isoformat()
