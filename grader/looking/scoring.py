"""What the predictions in a submission score against the answer key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Optional

from grader.answer_files import AnswerKey, metric_of
from grader.looking.checking import for_teachers
from grader.looking.placing import Placed
from grader.looking.rows import packed_rows
from grader.metric import Score
from grader.metric.alignment import MisalignedError, aligned
from grader.metric.dialects import mean_in_order
from grader.outcomes import OwnScore, Scored
from validators.checks import Options, sections
from validators.digests import digest_file
from validators.display import clean
from validators.package import Workspace
from validators.predictions import Predictions, read_predictions
from validators.predictions.ids import IdSet
from validators.report import Section
from validators.rules import Rules


def scored(place: Placed, rules: Rules, key: AnswerKey) -> tuple[Scored, bytes]:
    """The scores of every file of predictions that nothing blocks, and the rows of the first.

    They are the files that the checks look at, in the same order: nearest to the top first.
    """
    if place.opened.fault is not None:
        return Scored(faults=(place.opened.fault,)), b""
    # The reading of the package may come along as a section; that is not asked for here.
    found = [each for each in sections(place.opened, Options(rules, ("csv",))) if is_csv(each)]
    faults = tuple(for_teachers(each.fault) for each in found if each.fault is not None)
    scores: list[OwnScore] = []
    rows = b""
    for path, name in _unblocked(found, place.opened.workspace):
        texts = _texts(read_predictions(path, name, rules), rules, key)
        if texts is None:
            continue
        score = key.answers.score(texts, metric_of(rules), stemmer=rules.metric.stemmer)
        if not scores:
            rows = packed_rows(score.rows)
        scores.append(_own_score(path, name, texts, score, key))
    return Scored(tuple(scores), faults), rows


def is_csv(section: Section) -> bool:
    """Whether the section is about predictions."""
    return section.name == "csv"


def _unblocked(
    found: Sequence[Section], workspace: Optional[Workspace]
) -> Iterator[tuple[Path, str]]:
    """The files that were checked without a finding that blocks."""
    if workspace is None:
        return
    paths = {workspace.shown(entry.path): entry.path for entry in workspace.files(".csv")}
    for section in found:
        blocked = any(finding.blocks for finding in section.findings)
        # A section without results is about files that were not looked at.
        if section.results and not blocked and section.subject in paths:
            yield workspace.root / paths[section.subject], section.subject


def _texts(found: Predictions, rules: Rules, key: AnswerKey) -> Optional[list[str]]:
    """The predictions in the order of the key, or None where their IDs are not the key's.

    The checks say what is wrong with IDs. A course may take that lightly, but no score can.
    """
    ids = IdSet.of(rules.predictions)
    try:
        places = aligned(key.ids, [str(ids.key(field)) for field in found.ids])
    except MisalignedError:
        return None
    return [found.texts[places[row]] for row in key.rows]


def _own_score(
    path: Path, name: str, texts: Sequence[str], score: Score, key: AnswerKey
) -> OwnScore:
    interval = score.interval()
    words = sum(len(text.split()) for text in texts)
    return OwnScore(
        clean(name),
        digest_file(path, name).sha256,
        len(score.rows),
        score.value,
        interval.low,
        interval.high,
        score.signature,
        words / len(texts),
        _mean(score.rows, key.public),
        _mean(score.rows, key.private),
    )


def _mean(rows: Sequence[float], places: Sequence[int]) -> Optional[float]:
    return mean_in_order([rows[place] for place in places]) if places else None
