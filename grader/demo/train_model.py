"""Trains the demo's T5 from nothing, and lets it write summaries; torch is imported inside."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.demo.corpus import Bill
from grader.demo.shipped import CONFIG
from grader.demo.weights import Arrays

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase, T5ForConditionalGeneration

    Batch = dict[str, torch.Tensor]
    AfterStep = Callable[[int, float], None]

PREFIX = "summarize: "
MAX_LENGTH = 100
"""Tokens that a summary may have: more than any of the corpus needs."""


@dataclass(frozen=True)
class Plan:
    """How one training goes."""

    steps: int
    learning_rate: float
    warmup: int
    batch_rows: int = 12
    seed: int = 0


def new_model(seed: int) -> T5ForConditionalGeneration:
    """The demo's T5 with random weights, the same ones for the same seed."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(seed)
    config = T5Config.from_dict(dict(CONFIG))
    return T5ForConditionalGeneration(config)


def train(
    model: T5ForConditionalGeneration,
    tokenizer: PreTrainedTokenizerBase,
    bills: Sequence[Bill],
    plan: Plan,
    after_step: AfterStep,
    masks: Mapping[str, torch.Tensor],
) -> None:
    """Train on the bills; the learning rate falls to nothing, and `after_step` is told the loss.

    What the masks leave out is set to zero after every step.
    """
    import torch

    rows = _encoded(tokenizer, bills)
    optimizer = torch.optim.AdamW(model.parameters(), lr=plan.learning_rate, weight_decay=0.0)
    parameters = dict(model.named_parameters())
    model.train()
    for step, batch in zip(range(plan.steps), _batches(rows, plan)):
        for group in optimizer.param_groups:
            group["lr"] = plan.learning_rate * min((step + 1) / plan.warmup, 1 - step / plan.steps)
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        with torch.no_grad():
            for name, mask in masks.items():
                parameters[name].mul_(mask)
        after_step(step, loss.item())
    model.train(False)


def summaries(
    model: T5ForConditionalGeneration,
    tokenizer: PreTrainedTokenizerBase,
    bills: Sequence[Bill],
    batch_rows: int = 50,
) -> list[str]:
    """What the model writes about the bills, greedily, in their order."""
    import torch

    untyped: Any = model
    texts = [PREFIX + bill.text for bill in bills]
    order = sorted(range(len(texts)), key=lambda row: (len(texts[row]), row))
    written = [""] * len(texts)
    for begin in range(0, len(order), batch_rows):
        rows = order[begin : begin + batch_rows]
        batch = tokenizer([texts[row] for row in rows], padding=True, return_tensors="pt")
        with torch.inference_mode():
            found = untyped.generate(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"],
                max_length=MAX_LENGTH, do_sample=False, num_beams=1,
            )  # fmt: skip
        for row, text in zip(rows, tokenizer.batch_decode(found, skip_special_tokens=True)):
            written[row] = text
    return written


def load(model: T5ForConditionalGeneration, arrays: Arrays) -> None:
    """Put the arrays into the model, in place."""
    import torch

    with torch.no_grad():
        for name, values in model.named_parameters():
            values.copy_(torch.from_numpy(arrays[name]))


def arrays_of(model: T5ForConditionalGeneration) -> Arrays:
    """The model's parameters, each once."""
    return {name: values.detach().numpy().copy() for name, values in model.named_parameters()}


def _encoded(
    tokenizer: PreTrainedTokenizerBase, bills: Sequence[Bill]
) -> list[tuple[list[int], list[int]]]:
    texts = tokenizer([PREFIX + bill.text for bill in bills])["input_ids"]
    told = tokenizer([bill.summary for bill in bills])["input_ids"]
    return list(zip(texts, told))


def _batches(rows: Sequence[tuple[list[int], list[int]]], plan: Plan) -> Iterator[Batch]:
    """Batches without end: rows of like length together, the batches in a drawn order."""
    source = random.Random(plan.seed)  # noqa: S311 (an order is no secret)
    while True:
        order = sorted(range(len(rows)), key=lambda row: (len(rows[row][0]), source.random()))
        size = plan.batch_rows
        batches = [order[begin : begin + size] for begin in range(0, len(order), size)]
        source.shuffle(batches)
        for batch in batches:
            yield _collated([rows[row] for row in batch])


def _collated(rows: Sequence[tuple[list[int], list[int]]]) -> Batch:
    import torch
    from torch.nn.utils.rnn import pad_sequence

    ids = pad_sequence([torch.tensor(text) for text, _ in rows], batch_first=True)
    labels = pad_sequence(
        [torch.tensor(told) for _, told in rows], batch_first=True, padding_value=-100
    )
    return {"input_ids": ids, "attention_mask": (ids != 0).long(), "labels": labels}
