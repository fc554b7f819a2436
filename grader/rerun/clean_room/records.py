"""What the clean room is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from grader.rerun.records import Settings

if TYPE_CHECKING:
    from validators.rules.model import ModelRules


@dataclass(frozen=True)
class ProofRequest:
    """Whether the weights in the folder `model` give the submitted texts, and all it takes to tell.

    `tokenizer` and `released` (the folder of the released model's config.json, None when the
    course has none) are the course's own. `bills` are the texts that are summarised, as the
    student's program got them, without a prefix; `submitted` are the predictions for them, row by
    row. `declared` are the settings that the submission names, if it does. `and_released` asks the
    same about the weights in `released`, where those handed in do not give the texts.
    """

    model: Path
    rules: ModelRules
    tokenizer: Path
    released: Optional[Path]
    bills: tuple[str, ...]
    submitted: tuple[str, ...]
    declared: Optional[Settings] = None
    gpu: bool = False
    threads: int = 1
    and_released: bool = False


@dataclass(frozen=True)
class Made:
    """Texts that one set of weights gives with one set of settings, beside those submitted.

    `files` hold the weights, `how` says in a few words how they were read. `texts` are by row, None
    where none was made because the others disagreed already. `equal` rows have the same text
    as a CSV keeps it; `distinct` is how many different texts those rows have: a model that always
    says the same proves little.
    """

    settings: Settings
    files: tuple[str, ...]
    how: str
    texts: tuple[Optional[str], ...]
    equal: int
    distinct: int

    @property
    def rows(self) -> int:
        """How many rows were asked for."""
        return len(self.texts)


@dataclass(frozen=True)
class Proof:
    """What the clean room has shown.

    `agreed` gives every submitted text, `best` (the same, or another) the most of them; None where
    nothing came near. `tried` says what was tried, in order, one line each. `why` says why there
    is no agreement, `remedy` how that could be mended by the TA; `fault` is the sandbox's own
    failure, which says nothing about the submission. `released` is the same of the released model,
    where that was asked for and answered.
    """

    agreed: Optional[Made] = None
    best: Optional[Made] = None
    tried: tuple[str, ...] = ()
    why: str = ""
    remedy: str = ""
    fault: str = ""
    wall_seconds: float = 0.0
    released: Optional[Proof] = None


@dataclass(frozen=True)
class Question:
    """The request as the process inside gets it; its folders are named apart, as they are there.

    `architecture` is the released T5's, as JSON. It ends by itself after `seconds`; with
    `and_released` each of the two models may take so long.
    """

    architecture: str
    bills: tuple[str, ...]
    submitted: tuple[str, ...]
    declared: Optional[Settings]
    gpu: bool
    threads: int
    seconds: float
    and_released: bool = False


@dataclass(frozen=True)
class Places:
    """Where the model, the tokenizer and the released model's configuration lie."""

    model: Path
    tokenizer: Path
    released: Path
