"""The records of inspecting: what is kept of each submission, and what comparing them shows.

All of them can be stored: plain values, tuples, and records of the same kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, Optional, TypeVar

from validators.findings import Finding, Place
from validators.report import Fault

T = TypeVar("T")

About = Literal["code", "weights", "predictions", "behaviour"]
"""Which part of the inspection something comes from."""


@dataclass(frozen=True)
class FileSeen:
    """One file of a submission: where it lies, how large it is, and the digest of its bytes."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class CodeTraits:
    """What is known of a work's code; the fingerprints and the text are in the arrays.

    `tokens` counts all of its tokens. `unread` are files that could not be read, with the reason.
    """

    files: tuple[str, ...] = ()
    tokens: int = 0
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class WeightTraits:
    """What is known of a model's weights; sampled values and digests of values are in the arrays.

    `files` are those that `from_pretrained` would load. `trouble` says why there are none.
    `layers` has, for every parameter: its name, how many values were sampled, how many of these
    aren't zero.
    """

    files: tuple[str, ...] = ()
    dtype: str = ""
    layers: tuple[tuple[str, int, int], ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class PredictionTraits:
    """What is known of one file of predictions; digests of its rows are in the arrays.

    `quality` are facts to stand beside the score, by name. What compares with the answer key, the
    released model's texts or the bills is None where the course doesn't have these.
    """

    file: str
    sha256: str
    rows: int
    quality: tuple[tuple[str, float], ...] = ()
    key_rows: Optional[float] = None
    key_run_words: Optional[float] = None
    source_8grams: Optional[float] = None
    full_model_equal: Optional[float] = None
    full_model_prefix: Optional[float] = None


@dataclass(frozen=True)
class Observation:
    """One thing that code does with data or models, read from it without running it.

    `what` is one of dataset, split, column, file, url, model, tokenizer, configuration, training,
    download. `lines` are the lines around it, as they stand in the file, and the line of `place`
    is the one meant.
    """

    what: str
    name: str
    place: Place
    lines: tuple[tuple[int, str], ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Traits:
    """What is kept of one submission, so that a class can be compared without reading it again."""

    files: tuple[FileSeen, ...] = ()
    code: CodeTraits = CodeTraits()
    weights: WeightTraits = WeightTraits()
    predictions: Optional[PredictionTraits] = None
    observations: tuple[Observation, ...] = ()
    settings: str = ""
    """The digest of its settings, whoever's they are; empty where they were not read."""
    seeds: tuple[str, ...] = ()
    """The seeds that its code states and uses; empty where they can't be known."""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Work(Generic[T]):
    """One part of one submission, to be compared with the others.

    `name` is the submission's source, or what a reference is called; a reference (an earlier
    year's work, a known model) is compared with, but nothing is ever found of it.
    """

    name: str
    traits: T
    arrays: bytes = field(default=b"", repr=False)
    reference: bool = False


@dataclass(frozen=True)
class Passage:
    """Where one matching part lies in both works: file, first and last line of each."""

    first_file: str
    first_lines: tuple[int, int]
    second_file: str
    second_lines: tuple[int, int]
    size: int
    """How much matches, in the unit of the part (tokens of code)."""


@dataclass(frozen=True)
class Pair:
    """Two works that stand out together, by names in their order, and by what.

    `label` is a short digest of both names and the part: it names the pair to someone who must not
    learn who the other is. `figures` are the numbers with their names, the deciding one first.
    `rows` are lines of a table that a reader compares (a row's ID and both texts, a layer and its
    numbers), under `headers`.
    """

    about: About
    first: str
    second: str
    label: str
    figures: tuple[tuple[str, float], ...]
    passages: tuple[Passage, ...] = ()
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Cluster:
    """Works that hang together by pairs that stand out."""

    about: About
    names: tuple[str, ...]


@dataclass(frozen=True)
class Spread:
    """Where the pairs (or the works) of this class lie by one figure, flagged ones left out.

    `compared` counts these as well. `highest` is the nearest to the threshold that doesn't stand
    out.
    """

    about: About
    figure: str
    compared: int
    flagged: int
    median: float
    percentile_95: float
    highest: float
    threshold: float


@dataclass(frozen=True)
class Found:
    """A finding about one submission; `name` is its source."""

    name: str
    finding: Finding
    labels: tuple[str, ...] = ()
    """The pairs that it rests on."""


@dataclass(frozen=True)
class Fact:
    """Something to stand beside a submission's score: no finding, and nobody's offence."""

    name: str
    says: str
    value: str


@dataclass(frozen=True)
class Inspection:
    """What one part of the inspection has shown, or all of them together."""

    found: tuple[Found, ...] = ()
    pairs: tuple[Pair, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    spreads: tuple[Spread, ...] = ()
    facts: tuple[Fact, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be compared, and why, one sentence each."""
    faults: tuple[tuple[str, Fault], ...] = ()
    """What broke on our side, by the submission (its source) that it was about."""


@dataclass(frozen=True)
class InspectedClass:
    """The traits by submission, and what comparing them has shown.

    `faults` are of the whole class: a part of the comparison broke, and nobody is compared by it.
    """

    traits: Mapping[str, Traits] = field(default_factory=dict)
    inspection: Inspection = Inspection()
    faults: tuple[Fault, ...] = ()
