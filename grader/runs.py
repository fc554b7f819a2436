"""The records of runs: what a run was asked to do, on what basis, and which one is in force."""

from __future__ import annotations

from dataclasses import dataclass
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
    """What a run has to do; `rules` is the whole rules as JSON, `earlier` is of other courses."""

    submissions: str
    rules: str
    basis: Basis
    planned: tuple[Planned, ...]
    earlier: tuple[EarlierOffence, ...] = ()


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
