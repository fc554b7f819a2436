"""How a class behaves on Kaggle and with its files; pure, and the same in any order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from grader.integrity.behaviour.accounts import Accounts
from grader.integrity.behaviour.files import SameFiles
from grader.integrity.behaviour.limits import Limits
from grader.integrity.behaviour.moments import is_dated, submitted_at
from grader.integrity.behaviour.opening import Early, before_opening, early_teams
from grader.integrity.behaviour.records import Board, Teams, of_nobody
from grader.integrity.merging import merged
from grader.integrity.records import FileSeen, Found, Inspection
from validators.rules import Rules

__all__ = ["Board", "Teams", "compare_behaviour"]


def compare_behaviour(
    files: Sequence[tuple[str, tuple[FileSeen, ...]]],
    given: Teams,
    rules: Rules,
    handed_out: Collection[str] = (),
) -> Inspection:
    """What stands out of teams on Kaggle and of files of one's own that two have in common.

    `files` are those of each submission by its source, `handed_out` the SHA-256 of files that
    everybody was given. An entrant without a submission is called `entrant <id>`, a team of nobody
    in a pair `team <id on Kaggle>`.
    """
    early = early_teams(given, rules)
    limits = Limits(given, rules, frozenset(early))
    parts = (
        limits.inspection(),
        before_opening(given, early, rules),
        SameFiles(files, given, rules, handed_out).inspection(),
        Accounts(given, rules).inspection(),
        Inspection(notes=tuple(_notes(given, limits, early, rules))),
    )
    whole = merged(parts)
    return Inspection(
        tuple(sorted(whole.found, key=_order)),
        tuple(sorted(whole.pairs, key=lambda each: (each.first, each.second, each.label))),
        whole.clusters,
        whole.spreads,
        facts=tuple(sorted(whole.facts, key=lambda each: (each.name, each.says, each.value))),
        notes=whole.notes,
    )


def _order(found: Found) -> tuple[object, ...]:
    return found.name, found.finding.sort_key(), found.labels


def _notes(given: Teams, limits: Limits, early: Mapping[str, Early], rules: Rules) -> Iterator[str]:
    """What could not be compared, and what stands out of teams that are nobody's."""
    dated = sum(map(is_dated, given.snapshots))
    # Without a leaderboard there is no Kaggle, and nothing of which a snapshot could be missed.
    if dated < 2 and (given.boards or given.snapshots):
        yield (
            f"There {'is one dated snapshot' if dated else 'are no dated snapshots'} of the "
            "leaderboard: the daily limit is compared with total counts only."
        )
    undated = len(given.snapshots) - dated
    if undated:
        yield (
            f"Of {undated} snapshots only the file's time is known, which proves nothing: they are "
            "left out."
        )
    rows = [row for board in given.boards for row in board.standings if not row.benchmark]
    rows += [row for each in given.snapshots for row in each.standings]
    uncounted = {row.team_id for row in rows} - {
        row.team_id for row in rows if row.submissions is not None
    }
    if uncounted:
        yield f"Of {len(uncounted)} teams no leaderboard says how many submissions they made."
    undatable = sum(submitted_at(row.submitted) is None for row in rows)
    if undatable:
        yield f"{undatable} of {len(rows)} dates of submissions could not be read."
    for team in of_nobody(given):
        says = ["passes the daily limit"] if limits.is_beyond(team.id) else []
        says += ["submitted before the opening"] if team.id in early else []
        if says:
            yield f"The team {team.id} on Kaggle, which is nobody's, {' and '.join(says)}."
