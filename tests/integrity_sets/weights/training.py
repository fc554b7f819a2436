"""Honest students and further trainings on the demo's T5: real training by torch, seeded.

A class in small, with the ways in which honest students differ: seeds, recipes and amounts. Some
have one recipe and different seeds, and some have left the usual seed as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Optional

import numpy as np

from grader.demo.sample import write_safetensors
from grader.demo.shipped import RATIO, tokenizer_files, weights, write_files
from grader.demo.weights import Arrays, Masks, layer_masks, masked, read_safetensors

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase, T5ForConditionalGeneration

    from grader.demo.corpus import Bill

Scope = Literal["layer", "whole"]
USUAL_SEED = 42
"""The seed that a training library has where nobody sets one."""

_BILLS, _CALIBRATION = 2_000, 64


@dataclass(frozen=True)
class Recipe:
    """How one student prunes and trains; no steps is a model that is only pruned."""

    name: str
    seed: int
    steps: int = 60
    learning_rate: float = 1e-3
    batch_rows: int = 12
    ratio: Fraction = RATIO
    scope: Scope = "layer"
    halves: bool = False
    """Whether it prunes in two turns, with training after each."""
    rows: int = 0
    """How many of the bills it trains on, the first ones; 0 for all."""
    solved: bool = False
    """Whether it prunes with SparseGPT, as the course's template does it."""
    dropout_seed: Optional[int] = None
    """With dropout, drawn by this seed; without it where there is none."""


def _recipes() -> Iterator[Recipe]:
    for seed in range(1, 7):
        yield Recipe(f"same-{seed}", seed)
    yield Recipe("slow", 11, steps=80, learning_rate=4e-4)
    yield Recipe("fast", 12, steps=40, learning_rate=2e-3)
    yield Recipe("small-batch", 13, steps=80, batch_rows=6)
    yield Recipe("large-batch", 14, steps=40, batch_rows=24)
    yield Recipe("quarter", 15, ratio=Fraction(1, 4))
    yield Recipe("fifth", 16, ratio=Fraction(1, 5), learning_rate=1.5e-3)
    yield Recipe("whole", 17, scope="whole")
    yield Recipe("whole-fast", 18, scope="whole", learning_rate=2e-3, steps=50)
    yield Recipe("halves", 19, halves=True)
    yield Recipe("halves-whole", 20, scope="whole", halves=True, learning_rate=1.5e-3)
    yield Recipe("usual-a", USUAL_SEED)
    yield Recipe("usual-b", USUAL_SEED, learning_rate=7e-4)
    yield Recipe("usual-c", USUAL_SEED, steps=80, ratio=Fraction(1, 4))
    yield Recipe("usual-d", USUAL_SEED, batch_rows=8)
    yield Recipe("usual-e", USUAL_SEED, ratio=Fraction(29, 100))
    yield Recipe("usual-f", USUAL_SEED, learning_rate=9e-4)
    yield Recipe("pruned-only", 0, steps=0)
    yield Recipe("pruned-only-whole", 0, steps=0, scope="whole")


def _fresh_recipes() -> Iterator[Recipe]:
    usual = Recipe("", USUAL_SEED, steps=70, learning_rate=8e-4)
    for seed in range(101, 105):
        yield replace(usual, name=f"new-same-{seed}", seed=seed)
    yield Recipe("new-fast", 105, steps=50, learning_rate=1.5e-3)
    yield Recipe("new-small-batch", 106, steps=90, learning_rate=6e-4, batch_rows=8)
    yield Recipe("new-27", 107, ratio=Fraction(27, 100))
    yield Recipe("new-27-large-batch", 108, ratio=Fraction(27, 100), batch_rows=16)
    yield Recipe("new-22", 109, ratio=Fraction(22, 100), learning_rate=1.2e-3)
    yield Recipe("new-whole", 110, scope="whole")
    yield Recipe("new-whole-fast", 111, scope="whole", learning_rate=1.5e-3)
    yield Recipe("new-whole-quarter", 112, scope="whole", ratio=Fraction(1, 4))
    yield Recipe("new-halves", 113, halves=True, ratio=Fraction(1, 4))
    yield replace(usual, name="new-usual-a")
    yield replace(usual, name="new-usual-b", steps=60)


@dataclass(frozen=True)
class MadeClass:
    """Honest students, those of them whose models others hand in, and whose is mixed into them."""

    recipes: tuple[Recipe, ...]
    donors: tuple[str, ...]
    partner: str


FIRST = MadeClass(
    tuple(_recipes()),
    ("same-1", "quarter", "whole", "small-batch", "halves", "usual-b"),
    "slow",
)
"""The class that thresholds were chosen on."""

FRESH = MadeClass(
    tuple(_fresh_recipes()),
    ("new-same-101", "new-27", "new-whole", "new-small-batch", "new-halves", "new-fast"),
    "new-same-104",
)
"""A class that was made when all thresholds stood: what they come to on one not chosen on."""


def _habits() -> Iterator[Recipe]:
    for rows in (120, 300):
        for number in (1, 2):
            yield Recipe(f"few-{rows}-{number}", 800 + rows + number, rows=rows)
    solved = Recipe("", 0, solved=True)
    settings: dict[int, dict[str, Any]] = {
        3: {"learning_rate": 7e-4}, 4: {"steps": 80}, 5: {"ratio": Fraction(1, 4)},
        7: {"learning_rate": 1.5e-3}, 8: {"steps": 50}, 10: {"batch_rows": 8},
    }  # fmt: skip
    for number in range(1, 11):
        own = settings.get(number, {})
        yield replace(solved, name=f"solved-{number}", seed=500 + number, **own)
    for name, seeds in (("order", (600, 600, 600, 600)), ("drop", (701, 702, 703))):
        for number, seed in enumerate(seeds, start=1):
            own = {3: {"learning_rate": 7e-4}, 4: {"steps": 80}}.get(number, {})
            yield Recipe(f"{name}-{number}", seed, dropout_seed=number, **own)


HABITS = tuple(_habits())
"""Honest students with a habit that few have: few rows, SparseGPT, rows in the file's order (all
the same, with dropout of their own), and dropout."""


def masks_of(arrays: Arrays, ratio: Fraction, scope: Scope) -> Masks:
    """Where the largest values are: of each matrix, or of all matrices taken together."""
    by_layer = layer_masks(arrays, ratio)
    if scope == "layer":
        return by_layer
    kept = sum(int(mask.sum()) for mask in by_layer.values())
    sizes = np.concatenate([np.abs(arrays[name]).ravel() for name in sorted(by_layer)])
    cut = np.partition(sizes, sizes.size - kept)[sizes.size - kept]
    return {name: np.abs(arrays[name]) >= cut for name in by_layer}


class Trainer:
    """Trains the demo's T5; the tokenizer, the bills and the model's object are made once."""

    def __init__(self, folder: Path) -> None:
        """`folder` keeps the tokenizer and every model that was trained."""
        import torch
        from transformers import AutoTokenizer

        from grader.demo.corpus import Sizes, make_corpus
        from grader.demo.train_model import new_model

        torch.set_num_threads(1)
        write_files(folder / "tokenizer", tokenizer_files())
        self._tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            str(folder / "tokenizer")
        )
        self._bills: tuple[Bill, ...] = make_corpus(0, Sizes(0, 0, 0, _BILLS)).train
        self._model: T5ForConditionalGeneration = new_model(0)
        self._folder = folder

    def student(self, recipe: Recipe, start: Optional[Arrays] = None) -> Arrays:
        """The model that the recipe makes of the released one, or of the one that is given."""
        return self._kept(recipe.name, lambda: self._student(recipe, start))

    def onward(self, arrays: Arrays, recipe: Recipe) -> Arrays:
        """The model trained on, with the zeros that its matrices have."""
        held = {name: values != 0 for name, values in arrays.items() if values.ndim == 2}
        return self._kept(recipe.name, lambda: self._trained(arrays, held, recipe))

    def released(self) -> Arrays:
        """The model that all begin with."""
        return dict(weights("dense"))

    def tuned(self, recipe: Recipe) -> Arrays:
        """The released model after more training, without pruning: another known model."""
        return self._kept(recipe.name, lambda: self._trained(self.released(), {}, recipe))

    def foreign(self, recipe: Recipe) -> Arrays:
        """A model of the same form, trained from other random weights."""
        from grader.demo.train_model import arrays_of, new_model

        return self._kept(
            recipe.name, lambda: self._trained(arrays_of(new_model(recipe.seed)), {}, recipe)
        )

    def _student(self, recipe: Recipe, start: Optional[Arrays]) -> Arrays:
        if recipe.solved:
            return self._trained(*self._solved(recipe.ratio), recipe)
        arrays = dict(weights("dense") if start is None else start)
        ratios = ((recipe.ratio + 1) / 2, recipe.ratio) if recipe.halves else (recipe.ratio,)
        for turn, ratio in enumerate(ratios):
            masks = masks_of(arrays, ratio, recipe.scope)
            arrays = masked(arrays, masks)
            if recipe.steps:
                each = replace(
                    recipe, steps=recipe.steps // len(ratios), seed=recipe.seed + 100 * turn
                )
                arrays = self._trained(arrays, masks, each)
        return arrays

    def _trained(self, arrays: Arrays, masks: Masks, recipe: Recipe) -> Arrays:
        import torch

        from grader.demo.train_model import Plan, arrays_of, load, train

        load(self._model, arrays)
        held = {name: torch.from_numpy(mask) for name, mask in masks.items()}
        plan = Plan(recipe.steps, recipe.learning_rate, 5, recipe.batch_rows, recipe.seed)
        bills = self._bills[: recipe.rows or None]
        with _dropout(self._model, recipe.dropout_seed):
            train(self._model, self._tokenizer, bills, plan, _unwatched, held)
        return arrays_of(self._model)

    def _solved(self, ratio: Fraction) -> tuple[Arrays, Masks]:
        """The released model pruned with SparseGPT on the first bills, and its masks."""
        sys.path.insert(0, "student_template")
        import torch

        from compress import sparsegpt
        from compress.calibration import inputs_of
        from compress.layers import layers
        from grader.demo import train_model

        train_model.load(self._model, self.released())
        rows = train_model._encoded(self._tokenizer, self._bills[:_CALIBRATION])
        batches = [train_model._collated(rows[at : at + 8]) for at in range(0, len(rows), 8)]
        found = layers(self._model)
        inputs = inputs_of(self._model, found, batches, products=True)
        arrays = self.released()
        masks = masks_of(arrays, ratio, "layer")
        for layer in found:
            if layer.name in inputs and not layer.looked_up:
                values = torch.from_numpy(arrays[layer.name])
                keep = int(masks[layer.name].sum())
                mask, values = sparsegpt.pruned(values, inputs[layer.name], keep, None)
                masks[layer.name], arrays[layer.name] = mask.numpy(), values.numpy()
        return masked(arrays, masks), masks

    def _kept(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        path = self._folder / f"{name}.safetensors"
        if not path.exists():
            half = path.with_suffix(".half")
            write_safetensors(half, dict(sorted(make().items())))
            half.replace(path)
        return read_safetensors(path.read_bytes())


@contextmanager
def _dropout(model: T5ForConditionalGeneration, seed: Optional[int]) -> Iterator[None]:
    """T5's usual dropout, drawn by the seed; nothing where there is none."""
    import torch

    def put(share: float) -> None:
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = share
            elif isinstance(getattr(module, "dropout", None), float):
                module.dropout = share

    if seed is not None:
        torch.manual_seed(seed)
        put(0.1)
    try:
        yield
    finally:
        put(0.0)


def _unwatched(step: int, loss: float) -> None:
    """A loss that nobody watches."""
