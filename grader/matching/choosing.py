"""Which of a student's submissions counts, and whether it came in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Optional, Union

from grader.matching.register import name_key
from grader.records import Candidate, Question, Submission, Timing
from validators.rules import Rules

Times = Mapping[str, Optional[datetime]]


@dataclass(frozen=True)
class Arrival:
    """When a submission came, measured by the competition's opening and closing."""

    timing: Timing
    seconds_late: int = 0
    seconds_early: int = 0


def arrival(received: Optional[datetime], rules: Rules) -> Arrival:
    """Whether the local time lies within the competition; unknown is unknown, not late."""
    if received is None:
        return Arrival("unknown")
    moment = _moment(received, rules)
    closes = _moment(rules.competition.closes, rules)
    opens = _moment(rules.competition.opens, rules)
    if moment > closes:
        return Arrival("late", seconds_late=int((moment - closes).total_seconds()))
    if moment < opens:
        return Arrival("early", seconds_early=int((opens - moment).total_seconds()))
    return Arrival("in time")


def chosen(
    student: str, submissions: Sequence[Submission], times: Times, rules: Rules
) -> Union[Submission, Question]:
    """The submission that counts by the course's policy, else the question which it is."""
    ordered = sorted(submissions, key=lambda each: each.source)
    doubt = _doubt(ordered, times)
    if doubt:
        candidates = tuple(
            Candidate(each.source, "", _told(times[each.source])) for each in ordered
        )
        return Question("choice", student, doubt, candidates)
    if _all_alike(ordered):
        return min(ordered, key=lambda each: (times[each.source] or datetime.max, each.source))
    pick = _picked([(_known(times[each.source]), each) for each in ordered], rules)
    if isinstance(pick, Submission):
        return pick
    same = tuple(Candidate(each.source, "", _told(times[each.source])) for each in pick)
    return Question("choice", student, "Two different submissions came at the same time.", same)


def _doubt(submissions: Sequence[Submission], times: Times) -> str:
    owners = {each.owner.participant for each in submissions} - {""}
    if len(owners) > 1:
        return f"{len(submissions)} submissions carry this id, from {len(owners)} participants."
    # Anybody may name a zip after somebody else: it must not take the place of their own.
    # Only where the site says when, it also says by which account: else the name may be the zip's.
    dated = [each.owner for each in submissions if each.owner.received is not None]
    accounts = {name_key(owner.name) for owner in dated} - {""}
    if len(accounts) > 1 and not _all_alike(submissions):
        return f"{len(submissions)} submissions carry this id, from {len(accounts)} accounts."
    unknown = sum(times[each.source] is None for each in submissions)
    if unknown and not _all_alike(submissions):
        return f"{len(submissions)} submissions; of {unknown} of them the time is unknown."
    return ""


def _all_alike(submissions: Sequence[Submission]) -> bool:
    """Whether all are the same bytes; what could not be read is like nothing else."""
    digests = {each.digest for each in submissions}
    return len(submissions) == 1 or (len(digests) == 1 and "" not in digests)


def _picked(
    dated: Sequence[tuple[datetime, Submission]], rules: Rules
) -> Union[Submission, list[Submission]]:
    """The one that counts, or those that share its time."""
    ranked = sorted(dated, key=lambda pair: (_moment(pair[0], rules), pair[1].source))
    policy = rules.package.reuploads
    if policy == "latest-in-time":
        timings = {id(each): arrival(time, rules).timing for time, each in ranked}
        in_time = [pair for pair in ranked if timings[id(pair[1])] == "in time"]
        late = [pair for pair in ranked if timings[id(pair[1])] == "late"]
        # With none in time, the least late one is the one that costs the student least.
        time = in_time[-1][0] if in_time else late[0][0] if late else ranked[-1][0]
    else:
        time = ranked[0 if policy == "first" else -1][0]
    same = [each for other, each in ranked if other == time]
    return same[0] if _all_alike(same) else same


def _known(time: Optional[datetime]) -> datetime:
    assert time is not None
    return time


def _told(time: Optional[datetime]) -> str:
    return "time unknown" if time is None else time.isoformat(" ")


def _moment(local: datetime, rules: Rules) -> datetime:
    return rules.competition.moment(local).astimezone(timezone.utc)
