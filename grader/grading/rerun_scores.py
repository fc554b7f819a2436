"""What the texts of re-runs score, from what is stored: a new answer key runs no code again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Optional

from grader.answer_files import AnswerKey, metric_of
from grader.grading.standings import Standings
from grader.records import Entrant
from grader.rerun.evidence import Evidence
from grader.rerun.records import Bill, BlindRow, BlindSet, Rerun, SampleScore
from grader.rerun.scoring import sample_score
from grader.rerun.weighing import score_findings
from validators.findings import Finding
from validators.rules import Rules


def scored_again(
    reran: Mapping[str, Rerun], key: Optional[AnswerKey], rules: Rules
) -> dict[str, SampleScore]:
    """The score of each re-run's texts on its sampled rows, by submission; of those that have any.

    The rows of the test split are in the order of the IDs, so that a row's number is its place.
    """
    if key is None:
        return {}
    answers = dict(zip(key.rows, key.answers.references))
    found = {}
    for source, each in reran.items():
        submitted = {
            row: text for (_, row), text in zip(each.rows, each.submitted) if text is not None
        }
        score = sample_score(
            each.texts, _blind(each), answers, submitted, metric_of(rules),
            stemmer=rules.metric.stemmer,
        )  # fmt: skip
        if score is not None:
            found[source] = score
    return found


def findings_of_score(
    reran: Rerun, score: Optional[SampleScore], entrant: Entrant, standings: Standings
) -> tuple[Finding, ...]:
    """A finding where the texts made again score otherwise than what was handed in.

    Without predictions in the package, the figures of Kaggle's boards stand in for them.
    """
    if score is None:
        return ()
    evidence = Evidence(program=_program(reran), blind=_blind(reran), score=score)
    if score.submitted is None and entrant.team is not None:
        boards = {"Kaggle's public board": standings.public,
                  "Kaggle's private board": standings.private}  # fmt: skip
        shown = tuple(
            (name, float(board[entrant.team.id]))
            for name, board in boards.items()
            if entrant.team.id in board
        )
        evidence = replace(evidence, boards=shown)
    return tuple(score_findings(evidence))


def _program(reran: Rerun) -> str:
    return "" if reran.entry is None else " ".join(reran.entry.command)


def _blind(reran: Rerun) -> BlindSet:
    """The rows of the re-run; their bills are not stored, and no score needs them."""
    rows = tuple(BlindRow(kind, source, Bill("")) for kind, source in reran.rows)
    return BlindSet(rows, len(rows))
