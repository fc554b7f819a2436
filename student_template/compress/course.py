"""What every attempt starts from: the tokenizer, the rows, and the released model's size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from compress.batches import Example, encoded
from compress.bills import Bill, load_bills, split_validation
from compress.generation import write_summaries
from compress.layers import parameter_count
from compress.models import load_tokenizer
from compress.progress import Progress
from compress.scoring import score
from compress.settings import Data, Settings

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True, eq=False)
class Course:
    """The rows to train on and those to look at, and how they become tokens."""

    tokenizer: PreTrainedTokenizerBase
    train: tuple[Bill, ...]
    validation: tuple[Bill, ...]
    total: int
    """The number of the released model's parameters: every ratio is of these."""
    data: Data
    progress: Progress = field(default_factory=lambda: Progress(None))

    @cached_property
    def examples(self) -> list[Example]:
        """The training rows as tokens. It takes a minute for 20,000 bills, so it is done once."""
        return encoded(self.tokenizer, self.train, self.data, self.progress)

    @property
    def pad_id(self) -> int:
        """The token that fills up the shorter rows of a batch."""
        return int(self.tokenizer.pad_token_id or 0)


def load_course(settings: Settings, model: PreTrainedModel, progress: Progress) -> Course:
    """The course that the settings name; `model` is the released one."""
    data = settings.data
    train, validation = split_validation(load_bills(data.dataset, "train"), data.validation_rows)
    tokenizer = load_tokenizer(settings.model.tokenizer)
    some = train[: data.train_rows or None]
    return Course(tokenizer, some, validation, parameter_count(model), data, progress)


def scored(
    model: PreTrainedModel, course: Course, rows: Sequence[Bill], settings: Settings
) -> float:
    """The score of what the model writes about these rows. Raises ScoringError."""
    texts = [bill.text for bill in rows]
    written = write_summaries(model, course.tokenizer, texts, settings.data, settings.predict)
    return score(written, [bill.summary for bill in rows])
