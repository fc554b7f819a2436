"""What of a re-run becomes part of a case: its questions, and what stands beside the score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from grader.rerun.records import Rerun, SampleScore

QUESTION = "rerun"
"""How the key of a question about what to run begins; the submission's name follows."""


def asked_of(source: str, reran: Rerun) -> tuple[str, ...]:
    """The key of the question what to run, where that is open."""
    return (f"{QUESTION} {source}",) if reran.waits else ()


def quality_of(reran: Rerun, score: Optional[SampleScore]) -> Iterator[tuple[str, str]]:
    """What a re-run showed, in a line or two."""
    if reran.skipped:
        yield "re-run", "left out, as the TA decided"
    if score is not None:
        interval = f"{score.low:.5f} to {score.high:.5f}"
        yield "re-run score", f"{score.value:.5f} ({interval}) on {score.rows:,} rows"
    agreement = reran.agreement
    if agreement is None:
        return
    by = {"clean room": "by our own code with the weights handed in", "code": "by the code",
          "nothing": "by the code"}[reran.proved_by]  # fmt: skip
    told = f"{agreement.agree:,} of {agreement.rows:,} rows made again {by}"
    close = f" ({agreement.close:,} of them closely)" if agreement.close else ""
    yield "re-run", f"{told}{close}"
