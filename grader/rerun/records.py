"""The records of a re-run: what is run, on which rows, and what came of it.

All of them can be stored: plain values, tuples, and records of the same kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional, Union

from validators.findings import Finding
from validators.report import Fault

EntryKind = Literal["contract", "command", "notebook"]
RowKind = Literal["sample", "twin", "canary"]
Stage = Literal["clean room", "code", "nothing"]


@dataclass(frozen=True)
class Entry:
    """What is run of a submission, and by which rule it was found.

    `command` is what is typed in `folder` (relative to the package), with `{model}`, `{data}` and
    `{output}` already as words to be replaced for a contract. For a notebook it is its path alone.
    `outputs` are the names under which predictions are looked for, relative to `folder`; none
    means any CSV that the run writes or changes.
    """

    kind: EntryKind
    command: tuple[str, ...]
    folder: str = ""
    outputs: tuple[str, ...] = ()
    found_by: str = ""


@dataclass(frozen=True)
class Unclear:
    """What to run is not clear: what is asked, and what could be the answer."""

    asks: str
    candidates: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Bill:
    """One row of a data set."""

    text: str
    summary: str = ""
    title: str = ""


@dataclass(frozen=True)
class BlindRow:
    """A row as the program sees it; its new ID is its place in the set.

    `source` is the row of the real test split that it is (for a canary: that it was made from).
    `bill.summary` is a decoy or empty, never the real one.
    """

    kind: RowKind
    source: int
    bill: Bill


@dataclass(frozen=True)
class BlindSet:
    """The rows of one re-run in their new order, drawn from so many."""

    rows: tuple[BlindRow, ...]
    of_rows: int

    def at(self, kind: RowKind) -> tuple[int, ...]:
        """The new IDs of the rows of this kind."""
        return tuple(number for number, row in enumerate(self.rows) if row.kind == kind)


@dataclass(frozen=True)
class Asked:
    """One thing that a program asked for while it ran, as the layer inside tells it.

    It is an observation: what the program's own process says of itself can be forged.
    `what` is one of dataset, split, column, model, tokenizer, metric, training, network, file,
    process, import, hardware, record (of the record itself). `answer` says what was given: a
    local name, `refused`, `skipped`.
    `where` is `file:line` in the student's code, empty where that can't be known.
    """

    what: str
    name: str
    answer: str = ""
    where: str = ""
    count: int = 1


@dataclass(frozen=True)
class Ran:
    """One sandboxed execution: how it ended, what it took, what it predicted and asked for.

    `predictions` are by new ID, None where there is none. `ended` is one clause for a reader,
    `streams` the end of what it printed.
    """

    ended: str
    succeeded: bool
    wall_seconds: float
    cpu_seconds: float
    peak_memory_bytes: int
    predictions: tuple[Optional[str], ...] = ()
    asked: tuple[Asked, ...] = ()
    streams: str = ""
    layers: tuple[str, ...] = ()
    limit: str = ""
    """The limit that ended it, empty when it ended by itself."""


@dataclass(frozen=True)
class Settings:
    """How texts are generated: longest text in tokens (with the start token), beams, and so on.

    `no_repeat_ngram` is the length of n-grams that don't repeat; 0 lets all of them.
    """

    max_length: int
    beams: int = 1
    no_repeat_ngram: int = 0
    length_penalty: float = 1.0
    early_stopping: bool = False
    prefix: str = "summarize: "
    max_input_tokens: int = 1024

    def __str__(self) -> str:
        told = [f"max_length {self.max_length}", f"beams {self.beams}"]
        if self.no_repeat_ngram:
            told.append(f"no repeated {self.no_repeat_ngram}-grams")
        if self.length_penalty != 1.0:
            told.append(f"length penalty {self.length_penalty:g}")
        return ", ".join(told)


@dataclass(frozen=True)
class Agreement:
    """How texts made again compare with those submitted, row by row.

    `exact` are equal as a CSV keeps them, `close` differ as little as other arithmetic would make
    them, `different` are the rest; `missing` have no text. They add up to `rows`.
    """

    rows: int
    exact: int
    close: int
    different: int
    missing: int
    of_rows: int

    @property
    def agree(self) -> int:
        """Rows that agree, exactly or closely."""
        return self.exact + self.close


@dataclass(frozen=True)
class SampleScore:
    """The score of the texts that were made again, on the sampled rows alone."""

    rows: int
    value: float
    low: float
    high: float
    signature: str
    submitted: Optional[float] = None
    """What the submitted texts score on the same rows."""


@dataclass(frozen=True)
class Rerun:
    """What running one submission again has shown.

    `proved_by` is the stage that reproduced the submitted texts, or `nothing`. `found` is what the
    rules of finding say to run, `entry` what was run. `waits` says that nothing was, for the TA
    must answer first, `bad_answer` why the answer they gave can't be obeyed. `rows` are the kind
    and the real row of every new ID, `texts` what was made again for each, None where nothing was:
    the clean room makes the sampled rows alone.
    """

    findings: tuple[Finding, ...] = ()
    faults: tuple[Fault, ...] = ()
    proved_by: Stage = "nothing"
    skipped: bool = False
    full: bool = False
    """Whether all rows were to be made again, not a sample of them."""
    found: Union[Entry, Unclear, None] = None
    entry: Optional[Entry] = None
    waits: bool = False
    bad_answer: str = ""
    settings: Optional[Settings] = None
    agreement: Optional[Agreement] = None
    rows: tuple[tuple[RowKind, int], ...] = ()
    texts: tuple[Optional[str], ...] = ()
    submitted: tuple[Optional[str], ...] = ()
    """The submitted text of each of the rows; empty where no predictions were handed in."""
    ran: tuple[Ran, ...] = ()
    facts: tuple[str, ...] = ()
    """What was done and seen, one sentence each, for whoever reads the report."""
    wall_seconds: float = 0.0
