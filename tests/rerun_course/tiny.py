"""A tiny course: a T5 with random weights, its tokenizer and made-up bills, made in seconds.

The weights are random, not trained: with matrices of a wide enough spread attention is sharp, so
that every text depends on its bill, and stays so when most of the weights are zeroed. Everything
is the same for the same seed. torch and transformers are imported inside the functions.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.rerun_course.bills import make_bills
from tests.rerun_course.tokens import pieces, write_tokenizer
from validators.model.architecture import reference_of
from validators.rules import load_rules

if TYPE_CHECKING:
    from transformers import T5Config, T5ForConditionalGeneration

Style = Literal["masked", "folded"]
RELEASED, TOKENIZER, DATASET, PRUNED = (
    "t5small_TextSummarization",
    "t5-small",
    "billsum",
    "pruned_model",
)
"""The names that students write for the released model, the tokenizer, the data, their model."""

STATE = "model_state_dict.pth"
"""What the tutorial calls the second file of a pruned model."""

TEST_ROWS, TRAIN_ROWS, CA_ROWS, SAMPLED_ROWS = 160, 24, 20, 24
"""Rows of the test split, of the train split, of `ca_test`, and of those that are run again."""

SPREAD, EMBEDDING = 0.2, 0.14
"""Standard deviation of every matrix, and of the embedding. They are near to each other, so that
pruning by size over all layers leaves some of each; the embedding's is the smaller one, so that a
text is made of more than its last word over and over."""

NORM, BIAS = 1.5, 12.0
"""Weight of every norm, and spread of the bias of places: what was seen to give diverse texts."""

AMOUNT = 0.72
"""The share of the linear layers' weights that is pruned: enough for a ratio under 0.3."""
SIZES = {
    "vocab_size": len(pieces()), "d_model": 64, "d_kv": 16, "d_ff": 128, "num_layers": 2,
    "num_decoder_layers": 1, "num_heads": 4, "relative_attention_num_buckets": 32,
}  # fmt: skip
_COMPETITION = """\
# Homework 4 with a tiny T5 of random weights, {rows} rows, and code that can really be run.
extends = "hw4"

[competition]
name = "A course in small, to run code again ({rows} rows)"

[predictions]
ids = {{ first = 0, count = {rows} }}

[model]
parameters = {parameters}

[model.architecture]
{sizes}

[metric]
baseline = {baseline}

[inspect] # the cheating twins of a project have its code
parts = ["data"]

[rerun]
rows = {sampled}
wall_seconds = 120
memory_mb = 4096
disk_mb = 1024
"""
BASELINE = 0.001
"""So low that every text of a model reaches it."""


def sizes() -> dict[str, int]:
    """The sizes of the tiny architecture, as `config.json` names them."""
    return dict(SIZES)


def competition_text(rows: int = TEST_ROWS, sampled: int = SAMPLED_ROWS) -> str:
    """The `competition.toml` of the tiny course."""
    rules = load_rules()
    assert rules.model is not None
    architecture = rules.model.architecture.model_copy(update=SIZES)
    total = reference_of(rules.model.model_copy(update={"architecture": architecture})).total
    told = "\n".join(f"{key} = {value}" for key, value in SIZES.items())
    return _COMPETITION.format(
        rows=rows, parameters=total, sizes=told, baseline=BASELINE, sampled=sampled
    )


def make_assets(
    folder: Path, test_rows: int = TEST_ROWS, train_rows: int = TRAIN_ROWS, seed: int = 0
) -> None:
    """The course's assets folder: tokenizer, released model and data sets."""
    models = folder / "models"
    write_tokenizer(models / TOKENIZER)
    _config().save_pretrained(models / TOKENIZER)
    make_released(models / RELEASED, seed)
    rows = make_bills(test_rows + train_rows + CA_ROWS, f"bills {seed}")
    splits = {
        "test": rows[:test_rows],
        "train": rows[test_rows : test_rows + train_rows],
        "ca_test": rows[test_rows + train_rows :],
    }
    data = folder / "datasets" / DATASET
    data.mkdir(parents=True, exist_ok=True)
    for split, bills in splits.items():
        lines = [json.dumps(vars(bill)) + "\n" for bill in bills]
        (data / f"{split}.jsonl").write_text("".join(lines), encoding="utf-8")


def make_released(folder: Path, seed: int = 0) -> None:
    """The released model's folder: config, weights, and the tokenizer beside them."""
    released_model(seed).save_pretrained(folder)
    write_tokenizer(folder)


def released_model(seed: int = 0) -> T5ForConditionalGeneration:
    """The released model with random weights, the same ones for the same seed."""
    import torch
    from transformers import T5ForConditionalGeneration

    model = T5ForConditionalGeneration(_config())
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, values in sorted(model.named_parameters()):
            if name.endswith("norm.weight"):
                values.fill_(NORM)
            elif values.dim() > 1:
                values.copy_(torch.randn(values.shape, generator=random) * _spread(name))
    return model.eval()


def make_pruned(folder: Path, style: Style, seed: int = 0, amount: float = AMOUNT) -> None:
    """The released model, pruned as in the tutorial and saved in this style, with its tokenizer.

    `masked` is saved twice, as the tutorial does it; `folded` has the zeros in the weights.
    """
    import torch
    from torch import nn
    from torch.nn.utils import prune

    model = released_model(seed)
    layers = [(layer, "weight") for layer in model.modules() if isinstance(layer, nn.Linear)]
    prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=amount)
    if style == "folded":
        for layer, name in layers:
            prune.remove(layer, name)
    model.save_pretrained(folder)
    if style == "masked":
        torch.save(model.state_dict(), folder / STATE)
    write_tokenizer(folder)


def _spread(name: str) -> float:
    if "relative_attention_bias" in name:
        return BIAS
    return EMBEDDING if name == "shared.weight" else SPREAD


def _config() -> T5Config:
    from transformers import T5Config

    return T5Config(
        **SIZES, feed_forward_proj="relu", dropout_rate=0.1, tie_word_embeddings=True,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    )  # fmt: skip
