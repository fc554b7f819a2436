"""What stands out, in words. A message has what only this work or this pair decides; the class it
is seen in, innocent explanations and what to do next are in the remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Optional

from grader.integrity.predictions.evidence import InCommon
from grader.integrity.records import PredictionTraits, Spread
from validators.findings import Finding, Place
from validators.integrity_codes import predictions as codes
from validators.rules.inspecting import PredictionForensicsRules

_NEXT_RERUN = (
    "Next: let the weights that were handed in write these rows again, and read which weights"
    " the script loads."
)


@dataclass(frozen=True)
class Around:
    """What of the class a pair is seen in."""

    spreads: tuple[Spread, ...]
    rows: int
    few: int
    hang_together: int
    more: int
    """With how many other works this one stands out beside those that are told one by one."""


@dataclass(frozen=True)
class Seen:
    """One pair as one of the two sees it: the other's name is not in it."""

    label: str
    reference: bool
    same_file: bool
    found: InCommon
    limits: tuple[float, float, float]
    """From where on equal rows, shared runs of words and shared deviation are looked at."""


def alike(traits: PredictionTraits, seen: Seen, around: Around) -> Finding:
    """Another submission has much the same texts."""
    found = seen.found
    equal_rows, shared, deviation = seen.limits
    other = "a submission of an earlier year" if seen.reference else "another submission"
    says = ["the two files are the same to the last byte"] if seen.same_file else []
    says.append(
        f"{found.equal:,} of {found.rows:,} rows are the same text"
        f" ({_percent(found.equal, found.rows)}; looked at from {_limit(equal_rows)} on)"
    )
    grams = None if isnan(found.grams) else round(found.grams, 2)
    if grams is not None:
        says.append(
            f"{grams:.2f} of the runs of four words are in both (looked at from {shared:.2f} on)"
        )
    if found.starts is not None:
        says.append(
            f"{found.starts:,} begin alike where both leave the released model's text"
            f" ({_percent(found.starts, found.rows)}; looked at from"
            f" {_limit(deviation)} on)"
        )
    message = f"alike to {other} (pair {seen.label}): {'; '.join(says)}."
    return codes.ALIKE.at(
        Place(traits.file), message, _alike_remedy(around), pair=seen.label, rows=found.rows,
        equal_rows=found.equal, begin_alike=found.starts, shared_4grams=grams,
        same_file=seen.same_file,
    )  # fmt: skip


def full_model(
    traits: PredictionTraits,
    label: str,
    grams: Optional[float],
    spreads: Sequence[Spread],
    rules: PredictionForensicsRules,
) -> Finding:
    """The texts are the released model's."""
    equal, prefix = traits.full_model_equal or 0.0, traits.full_model_prefix or 0.0
    says = (
        f"{equal:.0%} of the rows have the released model's text (looked at from"
        f" {_limit(rules.equal_rows)} on), and the texts begin with {prefix:.0%} of its words"
        f" (looked at from {_limit(rules.full_model_prefix)} on)"
    )
    grams = None if grams is None else round(grams, 2)
    if grams is not None:
        says += f"; {grams:.2f} of the runs of four words are in both"
    pair = f" (pair {label})" if label else ""
    remedy = (
        f"{_class(spreads)} Innocent explanations: a model that lost little by compression writes"
        " much the same, and short texts begin with the bill's title, whoever writes them."
        f" {_NEXT_RERUN}"
    )
    return codes.FULL_MODEL.at(
        Place(traits.file), f"{says}{pair}.", remedy, pair=label or None, rows=traits.rows,
        equal_rows=round(equal, 2), same_beginning=round(prefix, 2), shared_4grams=grams,
    )  # fmt: skip


@dataclass(frozen=True)
class Near:
    """Where a work lies near the answers: IDs of rows, and from where on that is looked at."""

    ids: tuple[str, ...]
    least_rows: float
    least_run: float


def near_key(traits: PredictionTraits, near: Near, spreads: Sequence[Spread]) -> Finding:
    """The texts are nearer to the answers than models come. Nothing of an answer is told."""
    share, run = traits.key_rows or 0.0, traits.key_run_words or 0.0
    rows = round(share * traits.rows)
    message = (
        f"{rows:,} of {traits.rows:,} rows ({share:.1%}) have a ROUGE-L F over 0.7 against the"
        f" answer; in one row of ten at least {run:.0f} words stand one after the other as in the"
        " answer."
    )
    if near.ids:
        message += f" The first of these rows have the IDs {', '.join(near.ids)}."
    # What is usual can depend on the class, so the limits are no part of what is decided on.
    remedy = (
        f"Looked at from {near.least_rows:.1%} of the rows or {near.least_run:.0f} words on."
        f" {_class(spreads)} Innocent explanations: a bill that is in the training data in almost"
        " the same words, a summary that repeats the bill's own words, and very short summaries."
        f" {_NEXT_RERUN} Look for the test split's summaries in the training code."
    )
    return codes.NEAR_KEY.at(
        Place(traits.file), message, remedy, rows=traits.rows, near_rows=rows,
        run_words=round(run), ids=near.ids,
    )  # fmt: skip


def _alike_remedy(around: Around) -> str:
    told = [_class(around.spreads)]
    told.append(
        f"Beside rows of the released model, texts that more than {around.few} files share were"
        f" left out; {around.rows:,} rows remained."
    )
    if around.hang_together > 2:
        told.append(f"{around.hang_together} works hang together by such pairs.")
    if around.more:
        told.append(f"With {around.more} more this one stands out as well.")
    told.append(
        "Innocent explanations: two who prune the same model by the same rule, without training,"
        " can get the same file; so can two who train with the same seed and settings, or who"
        " follow the same example to the letter."
    )
    told.append(
        "Next: compare the code, the seeds, the weights and the times of both, and read the rows"
        " side by side."
    )
    return " ".join(told)


def _class(spreads: Sequence[Spread]) -> str:
    """Where the class lies by these figures."""
    told = [
        f"by {each.figure} ({each.compared:,} compared) the median is {_number(each.median)}, 95 of"
        f" 100 lie up to {_number(each.percentile_95)}, and the highest that doesn't stand out has"
        f" {_number(each.highest)}"
        for each in spreads
        if each.compared > each.flagged
    ]
    return f"In this class {'; '.join(told)}." if told else "There is no one to compare with."


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if value < 1 else f"{value:.0f}"


def _percent(count: int, rows: int) -> str:
    return f"{count / max(rows, 1):.0%}"


def _limit(value: object) -> str:
    return f"{float(str(value)):.0%}"
