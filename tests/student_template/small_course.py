"""A course in small for the template's tests: a tiny T5, its tokenizer, a few made-up bills.

torch and transformers are imported inside the functions.
"""

from __future__ import annotations

import functools
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from compress.bills import Bill
from compress.settings import Data, Model, Predict, Prune, Recover, Settings
from tests.rerun_course import tiny
from tests.rerun_course.bills import make_bills
from tests.rerun_course.tokens import write_tokenizer

DATA = Data(input_tokens=48, target_tokens=16)
SETTINGS = Settings(
    model=Model(released="nowhere", seed=3),
    data=DATA,
    prune=Prune(method="magnitude", schedule="one-shot", ratio=0.3, steps=3),
    recover=Recover(
        train_steps=6, warmup_steps=2, batch_tokens=200, accumulate=2, weight_decay=0.5,
        precision="fp32", evaluate_every=0, evaluate_rows=0, checkpoint_every=0,
    ),
    predict=Predict(max_length=6),
)  # fmt: skip
"""Settings with which the tiny model is trained in a second."""


def changed(table: str, **values: Any) -> Settings:
    """The settings with some of one table's values changed."""
    return also(SETTINGS, table, **values)


def also(settings: Settings, table: str, **values: Any) -> Settings:
    """These settings with some of one table's values changed."""
    record = replace(getattr(settings, table), **values)
    return replace(settings, **{table: record})


def model(seed: int = 0) -> Any:
    return tiny.released_model(seed)


@functools.cache
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    with tempfile.TemporaryDirectory() as folder:
        write_tokenizer(Path(folder))
        return AutoTokenizer.from_pretrained(folder)


@functools.cache
def bills(rows: int = 14) -> tuple[Bill, ...]:
    return tuple(Bill(made.text, made.summary) for made in make_bills(rows, "template"))


def write_course(home: Path) -> None:
    """A student's folder with a tiny released model, its tokenizer and a few bills."""
    model().save_pretrained(home / "t5small_TextSummarization")
    tokenizer().save_pretrained(home / "t5-small")
    (home / "billsum").mkdir()
    lines = (json.dumps(vars(bill)) + "\n" for bill in bills())
    (home / "billsum" / "train.jsonl").write_text("".join(lines), "utf-8")


def settings_in(home: Path) -> Settings:
    """Settings that name what lies there by its whole path."""
    settings = also(SETTINGS, "data", dataset=str(home / "billsum"), validation_rows=4)
    named = Model(
        released=str(home / "t5small_TextSummarization"), tokenizer=str(home / "t5-small"),
        output=str(home / "made"), device="cpu", seed=3,
    )  # fmt: skip
    return replace(settings, model=named)


def stored(path: Path) -> dict[str, Any]:
    """The tensors of a safetensors file, copied: the file may then be written anew."""
    from safetensors.torch import load_file

    return {name: value.clone() for name, value in load_file(str(path)).items()}


def weights(of: Any) -> dict[str, Any]:
    """A copy of the model's weights."""
    return {name: value.detach().clone() for name, value in of.named_parameters()}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether all weights are the same to the last bit."""
    import torch

    return one.keys() == other.keys() and all(
        torch.equal(one[name].view(torch.int32), other[name].view(torch.int32)) for name in one
    )
