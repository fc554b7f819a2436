"""Bills as tokens, and batches of about the same number of tokens.

A batch is padded to its longest row. With rows of like length together little of it is padding;
with a bound on the tokens, not on the rows, memory is the same for short bills and long ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from compress.bills import Bill
from compress.progress import Progress
from compress.settings import Data

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

NO_LABEL = -100
"""Stands in the labels where there is nothing to predict: PyTorch's losses leave it out."""

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class Example:
    """One bill as tokens, and its summary's tokens as labels; there are none where it has none."""

    input_ids: Tensor
    labels: Tensor


def encoded(
    tokenizer: PreTrainedTokenizerBase,
    bills: Sequence[Bill],
    data: Data,
    progress: Optional[Progress] = None,
) -> list[Example]:
    """The bills as tokens, each cut to the length that the settings allow."""
    progress = Progress(None) if progress is None else progress
    progress.begin("reading bills", len(bills))
    examples: list[Example] = []
    for start in range(0, len(bills), _ROWS_AT_ONCE):
        some = bills[start : start + _ROWS_AT_ONCE]
        inputs = tokenizer(
            [data.prefix + bill.text for bill in some],
            max_length=data.input_tokens,
            truncation=True,
        )["input_ids"]
        labels = tokenizer(
            text_target=[bill.summary for bill in some],
            max_length=data.target_tokens,
            truncation=True,
        )["input_ids"]
        for bill, input_ids, label_ids in zip(some, inputs, labels):
            label_ids = label_ids if bill.summary else []
            # 32 bits are half of what PyTorch takes by default, and there may be 20,000 bills.
            examples.append(Example(_tokens(input_ids), _tokens(label_ids)))
        progress.show(len(examples))
    progress.end()
    return examples


def collated(examples: Sequence[Example], pad_id: int) -> dict[str, Tensor]:
    """The examples as one batch: `input_ids` and `attention_mask`, and `labels` if there are any.

    Each row is padded at its end, the labels with `NO_LABEL`.
    """
    inputs = [example.input_ids.long() for example in examples]
    batch = {
        "input_ids": pad_sequence(inputs, batch_first=True, padding_value=pad_id),
        "attention_mask": pad_sequence([torch.ones_like(row) for row in inputs], batch_first=True),
    }
    if any(len(example.labels) for example in examples):
        labels = [example.labels.long() for example in examples]
        batch["labels"] = pad_sequence(labels, batch_first=True, padding_value=NO_LABEL)
    return batch


def token_batches(lengths: Sequence[int], batch_tokens: int) -> list[list[int]]:
    """The indices of the rows in batches, longest together and first.

    A batch has at most `batch_tokens` tokens when it is padded, or one row. Rows of one length
    stay in their order.
    """
    batches: list[list[int]] = []
    longest = 0
    for index in sorted(range(len(lengths)), key=lambda each: -lengths[each]):
        if batches and (len(batches[-1]) + 1) * longest <= batch_tokens:
            batches[-1].append(index)
        else:
            batches.append([index])
            longest = lengths[index]
    return batches


def shuffled_batches(lengths: Sequence[int], batch_tokens: int, seed: int) -> Iterator[list[int]]:
    """Batches for training without end: every row once, then all again in another order.

    The same seed gives the same batches on every machine. Which rows of a length meet is left to
    chance, and so is the order of the batches.
    """
    if not lengths:
        raise ValueError("There are no rows to train on.")
    source = random.Random(seed)  # noqa: S311 - no secret, only an order
    while True:
        order = list(range(len(lengths)))
        source.shuffle(order)
        batches = token_batches([lengths[index] for index in order], batch_tokens)
        source.shuffle(batches)
        for batch in batches:
            yield [order[place] for place in batch]


def _tokens(ids: Sequence[int]) -> Tensor:
    return torch.tensor(ids, dtype=torch.int32)
