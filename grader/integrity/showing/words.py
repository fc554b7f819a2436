"""The words in which evidence is told: names of parts and figures, and what may explain a pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Literal, Optional

from grader.integrity.records import About, Pair, Spread, Traits
from grader.integrity.showing.evidence import Evidence
from validators.findings import Finding, Plain
from validators.predictions.folding import counted

NO_VERDICT = (
    "These are observations: what is alike or unusual in this class, to be looked at. None of "
    "them says why it is so, and none costs anything before somebody has decided on it."
)
"""Stands at the head of everything that is shown."""

FOR_STUDENT = (
    "This page shows your own parts alone. Of any other work it has no name, no file and no text, "
    "and no other student is shown yours. Under each observation stands whether anything has "
    "been decided on it, and what you can do."
)
"""Stands beside that for the one concerned."""

LEFT_OUT = "(left out)"
"""Stands where a student's text was taken out."""

PARTS: Mapping[About, str] = {
    "code": "Code",
    "weights": "Weights of models",
    "predictions": "Predictions",
    "behaviour": "Files and teams",
}
"""What each part is called in a heading."""

INNOCENT: Mapping[About, str] = {
    "code": (
        "The same source on the web, an example shown in class, code that a forum gave to both, "
        "or an exercise that leaves one short way to write it."
    ),
    "weights": (
        "The same seed and recipe give the same numbers to the last bit. Models that were only "
        "pruned, by the same rule, are the same model."
    ),
    "predictions": (
        "Both started from the same model. Pruned by the same rule, without training, two models "
        "write the same texts."
    ),
    "behaviour": (
        "A file that everybody was given, a shared computer, or a team name mistyped once."
    ),
}
"""What may explain a pair, where no finding says more."""

LOOK_NEXT: Mapping[About, str] = {
    "code": "Read the passages side by side, then ask both how they came about.",
    "weights": "Compare seeds and recipes in the code of both. Then run the training of one again.",
    "predictions": "Look at the models and the code of both before the texts.",
    "behaviour": "Look at whose files these are, and when each was handed in.",
}
"""What to look at next, where no finding says more."""

COLUMNS = ("figure", "compared", "stand out", "median", "95 %", "next", "from")
"""The headers over `spread_cells`: `next` is the nearest that doesn't stand out, `from` the
threshold."""


CONDITIONS: Mapping[str, str] = {
    "shared 4-grams": "it must also be twice what is usual in this class",
    "shared deviation": (
        "it must also be twice what is usual in this class, and so must the pair's shared 4-grams"
    ),
}
"""What else is asked of a figure's pairs: see `grader.integrity.predictions.standing_out`."""

HALVED: Mapping[str, str] = {"shared 4-grams": "predictions.shared_4grams"}
"""Figures whose rule is halved where the released model's texts are known, by the rule's name."""


def number(value: float) -> str:
    """A figure as people read it: a count with its thousands, a share with three decimals."""
    if not isfinite(value):
        return "not a number"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:.3f}" if abs(value) >= 0.001 else f"{value:.2g}"


def figures(pair: Pair) -> str:
    """All figures of a pair in one line, the deciding one first."""
    return ", ".join(f"{name} {number(value)}" for name, value in pair.figures)


def deciding(pair: Pair) -> str:
    """The figure that decides, with its name."""
    return ", ".join(f"{name} {number(value)}" for name, value in pair.figures[:1])


def spread_cells(spread: Spread) -> tuple[str, ...]:
    """Where a class lies by one figure, as the cells under `COLUMNS`."""
    lies = (spread.median, spread.percentile_95, spread.highest, spread.threshold)
    return (
        spread.figure, f"{spread.compared:,}", f"{spread.flagged:,}", *map(number, lies)
    )  # fmt: skip


def spread_sentence(spread: Spread) -> str:
    """The same as a sentence."""
    if spread.compared <= spread.flagged:
        rest = f"From {number(spread.threshold)} on it stands out."
    elif spread.highest >= spread.threshold:
        rest = (
            f"Of the others the median is {number(spread.median)}, 95 % lie up to "
            f"{number(spread.percentile_95)}, and the highest has {number(spread.highest)}: from "
            f"{number(spread.threshold)} on {condition(spread)}."
        )
    else:
        rest = (
            f"Of the others the median is {number(spread.median)}, 95 % lie up to "
            f"{number(spread.percentile_95)}, and the nearest to the threshold of "
            f"{number(spread.threshold)} has {number(spread.highest)}."
        )
    stand_out = counted(spread.flagged, "stands out", "stand out")
    return f"{spread.figure}: {spread.compared:,} compared, {stand_out}. {rest}"


def condition(spread: Spread) -> str:
    """What else is asked of what reaches the threshold; empty where nothing is."""
    told = CONDITIONS.get(spread.figure, "")
    return told or ("more is asked than this figure" if spread.highest >= spread.threshold else "")


def legend(evidence: Evidence) -> Iterator[str]:
    """What the columns of the class mean, and where a figure alone doesn't decide."""
    yield "next: the nearest that doesn't stand out; from: where standing out begins"
    rules = dict(evidence.rules)
    for each in evidence.inspection.spreads:
        limit = rules.get(HALVED.get(each.figure, ""), "")
        if limit and each.threshold < float(limit):
            yield (
                f"{each.figure}: {number(each.threshold)} is half of the rule's {limit}, for what "
                f"two have from the released model is known and left out; below {limit} "
                f"{condition(each)}"
            )
        elif condition(each):
            yield f"{each.figure}: from {number(each.threshold)} on {condition(each)}"


def compared_works(evidence: Evidence) -> Mapping[About, int]:
    """How many submissions of the class have something to compare, by part."""
    counts: dict[About, int] = {"code": 0, "weights": 0, "predictions": 0, "behaviour": 0}
    for name, person in evidence.people.items():
        if not person.package:
            continue
        traits = evidence.seen(name)
        counts["code"] += bool(traits.code.files)
        counts["weights"] += bool(traits.weights.layers)
        counts["predictions"] += traits.predictions is not None
        counts["behaviour"] += bool(traits.files)
    return counts


def explanations(evidence: Evidence, pair: Pair) -> tuple[str, ...]:
    """What may explain a pair and what to look at next: as its findings say, else in general.

    What to look at next is the TA's, so a student isn't told it.
    """
    innocent = f"May be innocent: {INNOCENT[pair.about]}"
    if evidence.for_whom == "student":
        return (innocent,)
    told = dict.fromkeys(each.finding.remedy for each in evidence.found_by(pair.label))
    own = tuple(text for text in told if text)
    if own:
        return own
    return innocent, f"Next: {LOOK_NEXT[pair.about]}"


def context_title(evidence: Evidence) -> str:
    """What stands over the spreads and explanations of a pair."""
    if evidence.for_whom == "student":
        return "Where this class lies, and what may explain it"
    return "Where this class lies, what may explain it, and what to look at next"


def digests(evidence: Evidence, name: str, pair: Pair) -> Iterator[tuple[str, str]]:
    """The files of one side that a pair rests on, each with the digest of its bytes."""
    traits = evidence.seen(name)
    own = [each.first_file for each in pair.passages if name == pair.first]
    own += [each.second_file for each in pair.passages if name == pair.second]
    if pair.about == "weights":
        own += traits.weights.files
    if pair.about == "predictions" and traits.predictions is not None:
        yield traits.predictions.file, traits.predictions.sha256
    wanted = frozenset(own)
    yield from ((each.path, each.sha256) for each in traits.files if each.path in wanted)


def traits_files(traits: Traits) -> dict[str, str]:
    """The digest of every file of a work by its path."""
    return {each.path: each.sha256 for each in traits.files}


Side = Literal["", "first", "second"]


def side_of(header: str) -> Side:
    """Whose a column or a figure is by its name; empty where it is of both or of neither."""
    words = header.split()
    return "first" if "first" in words else "second" if "second" in words else ""


def sides_of(headers: Sequence[str]) -> tuple[Side, ...]:
    """The side of every column; lines are of the file before them."""
    sides: list[Side] = []
    for header in headers:
        sides.append(sides[-1] if header == "lines" and sides else side_of(header))
    return tuple(sides)


def texts_of(pair: Pair) -> int:
    """How many texts the rows of a pair have beside an ID; 0 where they are something else."""
    widths = {len(row) for row in (pair.headers, *pair.rows)}
    return widths.pop() - 1 if pair.about == "predictions" and widths in ({2}, {3}) else 0


def marked(evidence: Evidence, pair: Pair) -> tuple[str, ...]:
    """For every row of a pair `>` where a figure of it reaches this class's threshold."""
    thresholds = {each.figure: each.threshold for each in evidence.spreads_of(pair.about)}
    limits = [thresholds.get(name) for name in pair.headers]
    return tuple(
        ">" if any(map(_reaches, row, limits[: len(row)])) else "" for row in pair.rows
    )  # fmt: skip


def said_evidence(finding: Finding) -> Iterator[tuple[str, str]]:
    """The facts behind a finding, each as text."""
    for name, value in finding.evidence:
        if name == "pair":
            continue  # it stands beside the finding already
        yield name.replace("_", " "), _said(value)


def _said(value: Plain) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(_said, value))
    return number(value) if isinstance(value, float) else str(value)


def _reaches(cell: str, limit: Optional[float]) -> bool:
    try:
        return limit is not None and float(cell) >= limit
    except ValueError:
        return False
