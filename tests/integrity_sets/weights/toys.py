"""A class of toy models, trained in moments by numpy: for tests, where real training is too slow.

The names and shapes are those of a small T5. Each matrix is a linear model of its own: it learns by
gradient descent on drawn batches what the same matrix of the course learns, under its mask.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from grader.integrity.records import WeightTraits, Work
from grader.integrity.weights.places import places, sampled_values
from grader.integrity.weights.samples import Layer, packed
from tests.integrity_sets.weights.sharers import Arrays
from validators.model.architecture import Reference, t5_reference
from validators.rules import load_rules
from validators.rules.model import ModelRules, T5Architecture

SIZES = T5Architecture(
    family="t5", vocab_size=96, d_model=32, d_kv=8, d_ff=64, num_layers=1, num_decoder_layers=1,
    num_heads=4, relative_attention_num_buckets=8, gated=False, tied=True,
)  # fmt: skip
"""The sizes of the toy models."""

FILE = "pruned_model/model.safetensors"
_SPREAD, _TASK, _NOISE = 0.1, 0.03, 0.3


@dataclass(frozen=True)
class Toy:
    """How one student of the toy class prunes and trains."""

    name: str
    seed: int
    steps: int = 40
    rate: float = 0.05
    batch: int = 16
    keep: float = 0.3


HONEST = (
    *(Toy(f"same-{seed}", seed) for seed in range(1, 8)),
    Toy("slow", 11, steps=60, rate=0.03),
    Toy("fast", 12, steps=30, rate=0.08),
    Toy("small-batch", 13, batch=8),
    Toy("large-batch", 14, batch=32),
    Toy("quarter", 15, keep=0.25),
    Toy("pruned-only", 0, steps=0),
    Toy("pruned-only-too", 0, steps=0),
)
"""An honest class: seeds of their own, several recipes and amounts, and two that only prune."""


def model_rules() -> ModelRules:
    """The rules of a course whose released model is the toy."""
    rules = load_rules().model
    assert rules is not None
    return rules.model_copy(update={"architecture": SIZES, "parameters": reference().total})


@lru_cache(maxsize=1)
def reference() -> Reference:
    """The toy's parameters."""
    return t5_reference(SIZES)


@lru_cache(maxsize=8)
def released(seed: int = 0) -> Arrays:
    """The model that the class begins with; another seed gives a foreign one."""
    random = np.random.default_rng([seed, 1])
    arrays = {}
    for tensor in reference().tensors:
        drawn = random.standard_normal(tensor.shape, dtype=np.float32) * np.float32(_SPREAD)
        arrays[tensor.name] = drawn if len(tensor.shape) > 1 else drawn + np.float32(1)
    return arrays


def student(toy: Toy, start: int = 0) -> Arrays:
    """The model that the student makes of the released one (or of a foreign one)."""
    arrays = {}
    for number, (name, values) in enumerate(sorted(released(start).items())):
        mask = np.ones(values.shape, dtype=np.bool_)
        if values.ndim > 1:
            mask = np.abs(values) >= np.quantile(np.abs(values), 1 - toy.keep)
        random = np.random.default_rng([toy.seed, number])
        arrays[name] = trained(np.where(mask, values, np.float32(0)), number, toy, random)
    return arrays


def onward(arrays: Arrays, toy: Toy) -> Arrays:
    """The model trained on, with the zeros that it has."""
    return {
        name: trained(values, number, toy, np.random.default_rng([toy.seed, number]))
        for number, (name, values) in enumerate(sorted(arrays.items()))
    }


def trained(
    values: npt.NDArray[np.float32], number: int, toy: Toy, random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """One matrix after its training; a vector is trained as a matrix of one row."""
    rows = np.atleast_2d(values).astype(np.float32)
    mask = rows != 0
    wanted = _wanted(number, rows.shape)
    for step in range(toy.steps):
        inputs = random.standard_normal((toy.batch, rows.shape[1]), dtype=np.float32)
        noise = random.standard_normal((toy.batch, rows.shape[0]), dtype=np.float32)
        off = inputs @ (rows - wanted).T - np.float32(_NOISE) * noise
        rate = np.float32(toy.rate * (1 - step / toy.steps) / toy.batch)
        rows = np.where(mask, rows - rate * (off.T @ inputs), np.float32(0))
    return rows.reshape(values.shape)


@lru_cache(maxsize=64)
def _wanted(number: int, shape: tuple[int, int]) -> npt.NDArray[np.float32]:
    """What the course's data teaches this matrix: near the released one, and all know the same."""
    name = sorted(released())[number]
    random = np.random.default_rng([number, 2])
    task = random.standard_normal(shape, dtype=np.float32) * np.float32(_TASK)
    return np.asarray(np.atleast_2d(released()[name]) + task)


@lru_cache(maxsize=32)
def honest(toy: Toy) -> Arrays:
    """The student's model, made once."""
    return student(toy)


def samples_of(arrays: Arrays, digest: str = "") -> bytes:
    """What reading the model from a folder would keep of it."""
    layers = []
    for name, values in sorted(arrays.items()):
        flat = np.ascontiguousarray(values, np.float32).reshape(-1)
        placed = flat[places(name, values.shape)]
        layers.append(Layer(name, values.shape, placed, sampled_values(flat, values.shape)))
    every = b"".join(np.ascontiguousarray(values).tobytes() for _, values in sorted(arrays.items()))
    return packed(layers, digest or hashlib.sha256(every).hexdigest())


def work_of(name: str, arrays: Arrays, reference_work: bool = False) -> Work[WeightTraits]:
    """The model as a work that is compared."""
    traits = WeightTraits((FILE,), "F32", trouble="")
    return Work(name, traits, samples_of(arrays), reference_work)


def released_work() -> Work[WeightTraits]:
    """The released model as it is compared with."""
    return work_of("released model", released(), True)


@lru_cache(maxsize=1)
def honest_works() -> tuple[Work[WeightTraits], ...]:
    """The whole honest class."""
    return tuple(work_of(toy.name, honest(toy)) for toy in HONEST)
