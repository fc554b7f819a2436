"""Small models with random weights, and rows to calibrate them on. torch is imported inside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Optional

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
WORDS, WIDTH = 96, 32
METHODS = ("magnitude", "magnitude-global", "lamp", "wanda", "sparsegpt")
CALIBRATED = ("wanda", "sparsegpt")


def t5(tied: bool = True, seed: int = 0) -> Any:
    """A T5 for summaries."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(seed)
    config = T5Config(
        vocab_size=WORDS, d_model=WIDTH, d_kv=8, d_ff=48, num_layers=2, num_decoder_layers=2,
        num_heads=4, tie_word_embeddings=tied, decoder_start_token_id=0, pad_token_id=0,
        eos_token_id=1, initializer_factor=0.5,
    )  # fmt: skip
    model = T5ForConditionalGeneration(config).eval()
    if not tied:  # transformers 5 ties the head of every new T5, whatever the config says
        model.lm_head.weight = torch.nn.Parameter(torch.randn(WORDS, WIDTH) / 8)
    return model


def llama(seed: int = 0) -> Any:
    """A decoder only, its head not tied."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=WORDS, hidden_size=WIDTH, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=4, tie_word_embeddings=False,
        pad_token_id=0, bos_token_id=2, eos_token_id=1,
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


def bert(seed: int = 0) -> Any:
    """An encoder only, with a pooler that sees the first word of each row."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=WORDS, hidden_size=WIDTH, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=40,
    )  # fmt: skip
    return BertModel(config).eval()


def rows(lengths: list[tuple[int, int]], seed: int = 0) -> list[tuple[list[int], list[int]]]:
    """Rows of a bill and a summary, of so many tokens each."""
    random = np.random.default_rng(seed)
    return [
        (random.integers(2, WORDS, long).tolist(), random.integers(2, WORDS, short).tolist())
        for long, short in lengths
    ]


def batch(some: list[tuple[list[int], list[int]]], labels: bool = True) -> dict[str, Any]:
    """The rows as one padded batch."""
    import torch

    longest, widest = (max(len(row[side]) for row in some) for side in (0, 1))
    told = {
        "input_ids": torch.tensor([bill + [0] * (longest - len(bill)) for bill, _ in some]),
        "attention_mask": torch.tensor(
            [[1] * len(bill) + [0] * (longest - len(bill)) for bill, _ in some]
        ),
    }
    if labels:
        padded = [text + [-100] * (widest - len(text)) for _, text in some]
        told["labels"] = torch.tensor(padded)
    return told


@contextmanager
def recorded(model: Any) -> Iterator[dict[str, list[Array]]]:
    """What each linear module is given, by its name, while the block runs."""
    import torch

    names = {id(part): name for name, part in model.named_modules()}
    told: dict[str, list[Array]] = {}
    multiply = torch.nn.Linear.forward

    def forward(self: Any, given: Any) -> Any:
        if id(self) in names:
            flat = given.detach().reshape(-1, given.shape[-1]).double().numpy()
            told.setdefault(names[id(self)], []).append(flat)
        return multiply(self, given)

    torch.nn.Linear.forward = forward  # type: ignore[method-assign]
    try:
        yield told
    finally:
        torch.nn.Linear.forward = multiply  # type: ignore[method-assign]


def seen(model: Any, some: list[tuple[list[int], list[int]]], labels: bool) -> dict[str, Array]:
    """What each linear module sees when every row is read alone, without any padding."""
    import torch

    with recorded(model) as told, torch.no_grad():
        for row in some:
            model(**batch([row], labels))
    return {name: np.concatenate(parts) for name, parts in told.items()}


def random_weight(shape: tuple[int, int], seed: int, step: Optional[float] = None) -> Array:
    """A matrix of float32; with a step, of few different values, so that many are equal."""
    values = np.random.default_rng(seed).normal(size=shape)
    if step is not None:
        values = np.round(values / step) * step
    return values.astype(np.float32)


def random_inputs(count: int, features: int, seed: int, dead: tuple[int, ...] = ()) -> Array:
    """Inputs that have to do with each other, some features always zero."""
    random = np.random.default_rng(seed + 1000)
    mixed = random.normal(size=(count, features)) @ random.normal(size=(features, features))
    mixed *= random.uniform(0.1, 3, size=features)
    mixed[:, list(dead)] = 0
    return mixed.astype(np.float32)


def inputs(values: Array) -> Any:
    """The sums of these inputs as calibration gives them."""
    import torch

    from compress.calibration import Inputs

    seen = torch.from_numpy(values)
    return Inputs(len(values), seen.square().sum(0), seen.T @ seen)


ROWS = rows([(30, 20), (25, 31), (28, 28), (33, 12)], seed=5)


def prune(model: Any, method: str, now: float = 0.4, **more: Any) -> Any:
    """Prune as a script does it: calibrate, then prune to a ratio of the model's own size."""
    from compress.calibration import inputs_of
    from compress.layers import layers, parameter_count
    from compress.pruning import prune as template
    from compress.settings import Prune

    labels = model.config.is_encoder_decoder
    inputs = None
    if method in CALIBRATED:
        inputs = inputs_of(model, layers(model), [batch(ROWS, labels)], products=True)
    settings = Prune(**{"method": method, "ratio": now, **more})
    return template(model, settings, now, parameter_count(model), inputs)


def weights(model: Any) -> dict[str, Any]:
    from compress.layers import layers

    return {one.name: one.weight.detach().numpy().copy() for one in layers(model)}
