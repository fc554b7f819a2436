"""Rules of marking: the metric, the marks, the penalties, and how code is run again."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from validators.rules.fields import (
    Exact,
    Fraction01,
    Positive,
    Table,
    Text,
    as_tuple,
)


class MetricRules(Table):
    """How predictions are scored."""

    name: Literal["rouge1", "rouge2", "rougeL", "rougeLsum"]
    """Which ROUGE."""
    dialect: Literal["handout", "reference"]
    """The course's own recall, or ROUGE as published implementations define it."""
    stemmer: bool
    """Whether words are stemmed (dialect `reference`)."""
    label_column: Text
    """The column of the answers that predictions are compared with."""
    baseline: Fraction01
    """The score that earns the points of the baseline."""


class Penalty(str, Enum):
    """What one confirmed offence does to a result."""

    NONE = "none"
    REMOVE = "remove"
    HALVE = "halve"
    ZERO = "zero"


Ladder = Annotated[
    tuple[Annotated[Penalty, Field(strict=False)], ...],
    BeforeValidator(as_tuple),
    Field(min_length=1),
]


class MarkRules(Table):
    """How a score becomes a mark."""

    score_from: Annotated[
        tuple[Literal["private", "public", "own"], ...],
        BeforeValidator(as_tuple),
        Field(min_length=1),
    ]
    """Where scores come from: the first that the class has, Kaggle's boards or our own scoring."""
    baseline_points: Exact
    """For reaching the baseline."""
    rank_points: Exact
    """Spread evenly over the ranks: the first gets all, the last the minimum."""
    last_rank_points: Exact
    """What the last rank gets of them."""
    single_rank_points: Exact
    """What the only one ranked gets of them."""
    rejected_points: Exact
    """What a rejected submission gets in all."""
    ranked: Literal["baseline", "accepted"]
    """Who is ranked: who reached the baseline, or everyone accepted."""
    ties: Literal["best", "mean", "worst"]
    """Which of the shared ranks equal scores get."""
    decimals: Annotated[int, Field(ge=0, le=6)]
    """Decimals of the final mark."""
    rounding: Literal["half-up", "half-even", "down", "up"]
    """How the final mark is rounded, once."""


class PenaltyRules(Table):
    """What confirmed offences cost: the first, the second, … ; the last entry holds from there."""

    special_rule: Ladder
    """Breach of a special rule: copying, sharing, forbidden data or models."""
    full_model_results: Ladder
    """Results of the uncompressed model."""
    invalid_model: Ladder
    """Results of a model over the largest ratio."""
    daily_limit: Ladder
    """More submissions in a day than allowed."""
    before_opening: Ladder
    """Submissions before the opening."""
    late: Ladder
    """A package that came after the closing time."""


class RerunRules(Table):
    """The limits under which a student's code is run again."""

    rows: Positive
    """How many rows are predicted again."""
    policy: Literal["predict", "full"]
    """Whether training is skipped or run as well."""
    dataset: Text
    """The data set whose rows are predicted, as the students' code names it."""
    split: Text
    """The split of it that is predicted; its rows are in the order of the IDs."""
    labels: Literal["decoys", "none"]
    """What stands where the labels of that split were: made-up ones, or no such column."""
    wall_seconds: Positive
    """Longest time of one run."""
    memory_mb: Positive
    """Most memory of one run."""
    disk_mb: Positive
    """Most that one run may write."""
    processes: Positive
    """Most processes and threads at a time."""
