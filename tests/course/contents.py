"""What a package holds: the ordinary one, and what students made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Callable, Optional

import numpy as np

from grader.demo.sample import (
    SIZES,
    Arrays,
    config_text,
    pruned_arrays,
    write_safetensors,
)
from validators.model.architecture import Reference

Files = dict[str, bytes]
Contents = Callable[["Kit"], Files]

# With this vocabulary the toy model has 12,000 parameters, so that a ratio can be 0.3 exactly.
VOCABULARY, PARAMETERS, MOST_NONZERO = 94, 12_000, 3_600
SMALL_FILES = 5_000
MODEL = "pruned_model/"
WEIGHTS = f"{MODEL}model.safetensors"
_README = """\
# Homework 4 of {name}

1. `python main.py` prunes the released model ({method}) and writes `pruned_model/`.
2. `python predict.py` writes `predictions.csv`.
"""
_CODE = """\
# Prunes the released model, {method}.
KEEP = {keep:.3f}


def threshold(values):
    ordered = sorted(map(abs, values))
    return ordered[int(len(ordered) * (1 - KEEP))]
"""
_METHODS = (
    "by magnitude over all layers", "by magnitude layer by layer", "in five steps with training",
    "with the norms of the activations", "whole rows", "in blocks of four", "by movement",
    "by magnitude, and trained again with the masks fixed",
)  # fmt: skip


@dataclass(frozen=True)
class Kit:
    """What a package of one person is made from.

    `sent` are the predictions that went to Kaggle, `other` those of an earlier try.
    """

    id: str
    name: str
    number: int
    seed: int
    reference: Reference
    sent: tuple[str, ...]
    other: tuple[str, ...]
    scratch: Path

    @property
    def method(self) -> str:
        """How they pruned."""
        return _METHODS[self.number % len(_METHODS)]

    @property
    def keep(self) -> float:
        """The share of each matrix that they left."""
        return 0.14 + 0.02 * (self.number % 8)

    def arrays(self, keep: Optional[float] = None) -> Arrays:
        """Their pruned weights, or those pruned to another share."""
        seed = self.seed * 1_000_003 + self.number
        return pruned_arrays(self.reference, seed, self.keep if keep is None else keep)


def ordinary(kit: Kit) -> Files:
    """Code, README, predictions and the pruned model."""
    told = {"name": kit.name, "method": kit.method, "keep": kit.keep}
    return {
        "README.md": _README.format(**told).encode(),
        "main.py": _CODE.format(**told).encode(),
        "predict.py": b"from main import threshold\n\nprint(threshold([0.5, 0.25]))\n",
        "predictions.csv": csv_of(kit.sent),
        f"{MODEL}config.json": config(),
        WEIGHTS: weights(kit, kit.arrays()),
    }


def changed(*changes: Callable[[Kit, Files], None]) -> Contents:
    """The ordinary package after these changes, one after the other."""

    def make(kit: Kit) -> Files:
        files = ordinary(kit)
        for change in changes:
            change(kit, files)
        return files

    return make


def config(**changes: int) -> bytes:
    """The config.json of the toy model."""
    return config_text(vocab_size=VOCABULARY, **changes).encode()


def weights(kit: Kit, arrays: Arrays) -> bytes:
    """The arrays as a safetensors file."""
    path = kit.scratch / "weights.safetensors"
    write_safetensors(path, arrays)
    return path.read_bytes()


def csv_of(texts: Sequence[str], ids: Optional[Sequence[object]] = None) -> bytes:
    """The predictions as the tutorial writes them, every field quoted."""
    numbers = range(len(texts)) if ids is None else ids
    lines = [f'"{number}","{text}"' for number, text in zip(numbers, texts)]
    return "\n".join(['"ID","Predict"', *lines, ""]).encode()


def removed(name: str) -> Callable[[Kit, Files], None]:
    """One file less."""

    def change(kit: Kit, files: Files) -> None:
        del files[name]

    return change


def readme(name: str, data: bytes) -> Callable[[Kit, Files], None]:
    """A README in another form."""

    def change(kit: Kit, files: Files) -> None:
        del files["README.md"]
        files[name] = data

    return change


def weighing(make: Callable[[Kit], Arrays]) -> Callable[[Kit, Files], None]:
    """Other weights in the weight file."""
    return lambda kit, files: files.update({WEIGHTS: weights(kit, make(kit))})


def with_nonzero(count: int, kit: Kit) -> Arrays:
    """Weights of which exactly so many are not zero."""
    arrays = kit.arrays()
    shared = arrays["shared.weight"].ravel()
    more = count - sum(int(np.count_nonzero(values)) for values in arrays.values())
    if more > 0:
        shared[np.flatnonzero(shared == 0)[:more]] = np.float32(0.5)
    else:
        shared[np.flatnonzero(shared)[: -more or None]] = 0
    return {**arrays, "shared.weight": shared.reshape(arrays["shared.weight"].shape)}


def halves(kit: Kit) -> Arrays:
    """The weights in half precision."""
    return {name: values.astype(np.float16) for name, values in kit.arrays().items()}


def brain_floats(kit: Kit) -> Arrays:
    """The upper halves of the numbers, which is what bfloat16 is."""
    return {
        name: (values.view(np.uint32) >> 16).astype("u2") for name, values in kit.arrays().items()
    }


def signed_zeros(kit: Kit) -> Arrays:
    """What multiplying with a mask leaves behind: zeros with a sign."""
    return {
        name: np.where(values == 0, np.float32(-0.0), values)
        for name, values in kit.arrays().items()
    }


def without_blocks(kit: Kit) -> Arrays:
    """The second layer of each stack is gone."""
    return {name: values for name, values in kit.arrays().items() if ".block.1." not in name}


def fewer_layers(kit: Kit, files: Files) -> None:
    """A model of one layer in each stack, with the config.json that says so."""
    weighing(without_blocks)(kit, files)
    assert SIZES["num_layers"] == 2, "one layer fewer than the toy model has"
    files[f"{MODEL}config.json"] = config(num_layers=1, num_decoder_layers=1)


def many_files(kit: Kit, files: Files) -> None:
    """The training data, a bill a file."""
    files.update({f"data/bill-{n:04}.txt": b"A bill, %d.\n" % n for n in range(SMALL_FILES)})


exact_limit = partial(with_nonzero, MOST_NONZERO)
one_over = partial(with_nonzero, MOST_NONZERO + 1)
