"""Ways to break the sample's model: its weights, its configuration, its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

import numpy as np

from grader.demo.sample import (
    SIZES,
    Arrays,
    Sample,
    config_text,
    pruned_arrays,
    write_safetensors,
)
from tests.cases.torch_writer import TorchWriter
from validators.model.architecture import reference_of, t5_reference
from validators.pickles import Call
from validators.rules import Rules
from validators.rules.records import T5Architecture


def arrays_of(sample: Sample, keep: float = 0.28) -> Arrays:
    """The sample's weights, pruned to another share."""
    assert sample.rules.model is not None
    return pruned_arrays(reference_of(sample.rules.model), 0, keep)


def is_linear(name: str, values: Any) -> bool:
    """Whether the tutorial prunes it."""
    return values.ndim == 2 and "relative_attention_bias" not in name and name != "shared.weight"


def masked(arrays: Arrays, head: Optional[float] = 0.25) -> Arrays:
    """The weights as the tutorial saves them: dense under `_orig`, masks beside, a tied head."""
    out: Arrays = {}
    for name, values in arrays.items():
        if is_linear(name, values):
            out[f"{name}_orig"] = np.where(values == 0, np.float32(0.5), values)
            out[f"{name}_mask"] = (values != 0).astype(np.float32)
        else:
            out[name] = values
    if head is not None:
        shared = arrays["shared.weight"]
        dense = np.where(shared == 0, np.float32(0.25), shared)
        out["shared.weight"] = dense
        cut = np.quantile(np.abs(dense), 1 - head)
        out["lm_head.weight_mask"] = (np.abs(dense) > cut).astype(np.float32)
    return out


def changed(change: Callable[[Arrays], Any]) -> Callable[[Sample], None]:
    """The sample with its weights changed in place, or replaced by what the change gives."""

    def breaks(sample: Sample) -> None:
        arrays = arrays_of(sample)
        replaced = change(arrays)
        arrays = replaced if isinstance(replaced, dict) else arrays
        write_safetensors(sample.model / "model.safetensors", arrays)

    return breaks


def config(**changes: object) -> Callable[[Sample], None]:
    """The sample with another config.json."""

    def breaks(sample: Sample) -> None:
        (sample.model / "config.json").write_text(config_text(**changes))

    return breaks


def cut(**sizes: int) -> Callable[[Sample], None]:
    """The sample as a model of these sizes, pruned, its other sizes those of the released one."""

    def breaks(sample: Sample) -> None:
        whole = {**SIZES, **sizes}
        reference = t5_reference(T5Architecture(family="t5", gated=False, tied=True, **whole))
        write_safetensors(sample.model / "model.safetensors", pruned_arrays(reference))
        (sample.model / "config.json").write_text(config_text(**whole))

    return breaks


def kept(share: float) -> Callable[[Sample], None]:
    """The sample pruned to another share."""
    return lambda sample: write_safetensors(
        sample.model / "model.safetensors", arrays_of(sample, share)
    )


def torch_tensor(name: str, make: Callable[[TorchWriter], Call]) -> Callable[[Sample], None]:
    """The sample as a torch file, one tensor of it made otherwise."""

    def breaks(sample: Sample) -> None:
        writer = TorchWriter()
        tensors = {**writer.tensors(arrays_of(sample)), name: make(writer)}
        (sample.model / "model.safetensors").unlink()
        (sample.model / "pytorch_model.bin").write_bytes(writer.zipped(tensors))

    return breaks


def both(*steps: Callable[[Sample], Any]) -> Callable[[Sample], None]:
    """One breakage after the other."""

    def breaks(sample: Sample) -> None:
        for step in steps:
            step(sample)

    return breaks


def write(name: str, data: bytes) -> Callable[[Sample], None]:
    def breaks(sample: Sample) -> None:
        path = sample.model / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)

    return breaks


def without(name: str) -> Callable[[Sample], None]:
    return lambda sample: (sample.model / name).unlink()


def second_set(name: str, change: Callable[[Arrays], Any]) -> Callable[[Sample], None]:
    """Another weight file beside the sample's."""

    def breaks(sample: Sample) -> None:
        arrays = arrays_of(sample)
        write_safetensors(sample.model / name, change(arrays) or arrays)

    return breaks


def strict(rules: Rules) -> Rules:
    """The rules with the strict counting."""
    assert rules.model is not None
    return rules.model_copy(update={"model": rules.model.model_copy(update={"counting": "strict"})})
