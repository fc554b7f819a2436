"""A small course for the clean room: bills, a tokenizer, models, and the texts that they write.

The texts are made as students make them, by from_pretrained and generate, never by the clean room.
"""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import Any, Optional

from grader.rerun.clean_room.program import answer
from grader.rerun.clean_room.records import Places, Proof, Question
from grader.rerun.records import Settings
from tests.rerun_course import tiny
from tests.rerun_course.bills import make_bills
from tests.rerun_course.tokens import write_tokenizer
from validators.rules.model import T5Architecture

SIZES = T5Architecture(family="t5", gated=False, tied=True, **tiny.sizes())
ROWS = 24
_BATCH = 4


@cache
def bills() -> tuple[str, ...]:
    """The bills, all of them different."""
    return tuple(bill.text for bill in make_bills(ROWS, "clean room"))


def linear_layers(model: Any) -> list[Any]:
    import torch

    return [part for part in model.modules() if isinstance(part, torch.nn.Linear)]


def pruned(amount: float = 0.5, seed: int = 0) -> Any:
    """The released model as the tutorial prunes it: masks on every Linear, the tied head too."""
    from torch.nn.utils import prune

    model = tiny.released_model(seed)
    layers = [(part, "weight") for part in linear_layers(model)]
    prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=amount)
    return model


def write_texts(model: Any, folder: Path, prefix: str = "summarize: ", **asked: Any) -> list[str]:
    """What the model writes for the bills, in small padded batches; max_length must be given."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    texts: list[str] = []
    for start in range(0, ROWS, _BATCH):
        read = [prefix + bill for bill in bills()[start : start + _BATCH]]
        batch = tokenizer(read, max_length=1024, truncation=True, padding=True, return_tensors="pt")
        ids = model.generate(**batch, **asked)
        texts += tokenizer.batch_decode(ids, skip_special_tokens=True)
    return texts


def course(folder: Path) -> Path:
    """A folder with the tokenizer and the released config.json."""
    write_tokenizer(folder)
    tiny.released_model().config.save_pretrained(folder)
    return folder


def ask(
    model: Path,
    course_folder: Path,
    submitted: list[str],
    declared: Optional[Settings] = None,
    seconds: float = 60,
    and_released: bool = False,
) -> Proof:
    """The proof, made in this process; the released model is what lies in the course's folder."""
    question = Question(
        SIZES.model_dump_json(), bills(), tuple(submitted), declared, False, 1, seconds,
        and_released,
    )  # fmt: skip
    return answer(question, Places(model, course_folder, course_folder), time.monotonic())
