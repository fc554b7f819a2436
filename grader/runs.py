"""The records of runs: what a run was asked to do, on what basis, and which one is in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from grader.outcomes import EarlierOffence, ScoreSource, State


@dataclass(frozen=True)
class Basis:
    """What marks rest on beside what was handed in: a change of it is a regrade."""

    rules: str
    """The digest of the rules."""
    answers: str
    """The digest of the answer key; empty without one."""
    source: ScoreSource
    stages: tuple[tuple[str, str], ...]
    """Every stage and the digest of its code."""


@dataclass(frozen=True)
class Planned:
    """One stage of one submission (by its source), and the key under which its result is kept."""

    subject: str
    stage: str
    key: str


@dataclass(frozen=True)
class Plan:
    """What a run has to do, with all that judging needs: the rules and board settings as JSON.

    `submissions` and `options` are what the TA typed, to be typed again; two plans that differ in
    nothing else are equal. `earlier` are the offences of the course's earlier competitions,
    `asked` the open questions of the matching: the key of each, and what it asks.
    """

    submissions: str = field(compare=False)
    rules: str
    basis: Basis
    planned: tuple[Planned, ...]
    earlier: tuple[EarlierOffence, ...] = ()
    board: str = "{}"
    asked: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Publication:
    """The moment in which a run's state became the one in force."""

    run: int
    at: str
    who: str
    why: str


@dataclass(frozen=True)
class Run:
    """One run; without a state it has not been finished, without publications never in force."""

    number: int
    at: str
    command: str
    plan: Plan
    state: Optional[State] = None
    publications: tuple[Publication, ...] = ()
