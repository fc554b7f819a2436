"""How one entrant's mark came about, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Optional

from grader.judging.marks import points_told
from grader.outcomes import Decision, Judged, MarkPart, Ruling
from grader.runs import Run
from grader.showing.folding import table_lines
from grader.showing.run import ratio_of
from validators.display import clean, size

_INDENT = "  "
# How the table of the mark gives way in a narrow window, in turn.
_GIVES = (("why", 30), ("part", 16))
# In a window the facts stand under each other; one with a longer name goes on by itself.
_NAME = 22


def explain_lines(
    judged: Judged, run: Run, decisions: Sequence[Decision], width: Optional[int] = None
) -> Iterator[str]:
    """The facts, the findings with what became of each, the offences and the parts of the mark.

    `width` is the window's, for the table of the mark; the other lines are `folded` afterwards.
    """
    case = judged.case
    entrant = case.entrant
    name = f" {entrant.student.name}" if entrant.student.name else ""
    yield clean(f"{entrant.student.id}{name}: {judged.verdict} (run {run.number})")
    yield from (f"{_INDENT}{clean(reason)}" for reason in judged.reasons)
    yield ""
    yield from _facts(judged, None if width is None else _NAME)
    yield from _findings(judged)
    yield from _decisions(judged, decisions)
    yield from _offences(judged)
    yield from _mark(judged, width)


def _facts(judged: Judged, most: Optional[int]) -> Iterator[str]:
    case, entrant = judged.case, judged.case.entrant
    rows: list[tuple[str, str]] = []
    if entrant.submission is not None:
        submission = entrant.submission
        rows.append(("submission", f"{submission.source} ({size(submission.bytes)})"))
        rows.append(("sha-256", submission.digest))
        rows.append(("matched by", ", ".join(entrant.submission_by)))
        received = "unknown" if entrant.received is None else entrant.received.isoformat(" ")
        rows.append(("received", f"{received} ({entrant.timing})"))
    if entrant.others:
        rows.append(("doesn't count", ", ".join(each.source for each in entrant.others)))
    if entrant.team is not None:
        rows.append(("team", f"{entrant.team.name} (by {', '.join(entrant.team_by)})"))
    if case.figure is not None:
        rows.append(("score", f"{case.figure.value}  {case.figure.signature}"))
    for counted in case.counted:
        share = f"{counted.nonzero:,} of {counted.parameters:,}"
        rows.append((f"ratio ({counted.counting})", share))
    rows += [*case.quality, *case.observed]
    if case.counted:
        rows.append(("ratio that decides", ratio_of(case)))
    names = (len(name) for name, _ in rows)
    width = max((each for each in names if most is None or each <= most), default=0)
    yield from (f"{_INDENT}{name:<{width}}  {clean(value)}" for name, value in rows)


def _findings(judged: Judged) -> Iterator[str]:
    if not judged.case.findings and not judged.case.faults:
        return
    rulings = {each.code: each for each in judged.rulings}
    yield ""
    yield "findings"
    for fault in judged.case.faults:
        yield clean(f"{_INDENT}ours    {fault.code}  {fault.place}: {fault.message}")
    for finding in judged.case.findings:
        said = _said(rulings.get(finding.code))
        yield clean(f"{_INDENT}{finding.severity.value:<6}  {finding}{said}")


def _said(ruling: Optional[Ruling]) -> str:
    if ruling is None:
        return ""
    by = f", decision {ruling.decision}" if ruling.decision else ""
    return f" [{ruling.standing}{by}]"


def _decisions(judged: Judged, decisions: Sequence[Decision]) -> Iterator[str]:
    own = [each for each in decisions if each.entrant == judged.case.entrant.student.id]
    if not own:
        return
    yield ""
    yield "decisions"
    for each in own:
        yield f"{_INDENT}{decision_line(each)}"


def decision_line(decision: Decision) -> str:
    """The decision in one line: its number, when, who, what and why."""
    points = "" if decision.points is None else f" to {points_told(decision.points)}"
    said = f"{decision.word} {decision.code}{points}: {decision.why}"
    return clean(f"{decision.number}. {decision.at}  {decision.who}: {said}")


def _offences(judged: Judged) -> Iterator[str]:
    if not judged.offences:
        return
    yield ""
    yield "offences"
    for each in judged.offences:
        cites = "; ".join(each.cites)
        yield clean(f"{_INDENT}{each.kind}, no. {each.number}: {each.penalty} ({cites})")


def _mark(judged: Judged, width: Optional[int]) -> Iterator[str]:
    yield ""
    if judged.total is None:
        yield "no mark while the verdict is withheld"
        return
    rows = [_part(part) for part in judged.parts]
    exact = sum((part.points for part in judged.parts), Fraction(0))
    rows.append(
        ("mark", judged.total, "" if exact == Fraction(judged.total) else f"exactly {exact}")
    )
    headers = ("part", "points", "why")
    yield from table_lines(headers, rows, width, _GIVES, right=("points",))


def _points(points: Fraction) -> str:
    """Exact, and what a fraction comes to."""
    told = points_told(points)
    return f"{told} ≈ {float(points):.3f}" if "/" in told else told


def _part(part: MarkPart) -> tuple[str, str, str]:
    cites = f" [{', '.join(part.cites)}]" if part.cites else ""
    return clean(part.name), _points(part.points), clean(f"{part.why}{cites}")
