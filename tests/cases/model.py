"""Models that are not the released one pruned, and ratios that are not what they seem."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.demo.sample import Arrays, Sample, write_safetensors
from tests.cases.case import Case
from tests.cases.model_changes import (
    arrays_of,
    both,
    changed,
    config,
    cut,
    kept,
    masked,
    second_set,
    strict,
    torch_tensor,
    without,
    write,
)
from tests.cases.torch_writer import TorchWriter, view
from validators.pickles import Call

Q = "encoder.block.0.layer.0.SelfAttention.q.weight"
K = "encoder.block.0.layer.0.SelfAttention.k.weight"
WO = "encoder.block.1.layer.1.DenseReluDense.wo.weight"
NORM = "decoder.final_layer_norm.weight"
# All sizes but the vocabulary's, each another than the sample's.
TINY = {
    "d_model": 12, "d_kv": 3, "d_ff": 24, "num_layers": 1, "num_decoder_layers": 1, "num_heads": 3,
}  # fmt: skip
HISTORIC = "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"


def prefixed(arrays: Arrays, prefix: str) -> Arrays:
    return {f"{prefix}{name}": values for name, values in arrays.items()}


def soft_mask(arrays: Arrays) -> Arrays:
    out = masked(arrays)
    out[f"{Q}_mask"] *= np.float32(0.5)
    return out


def small_mask(arrays: Arrays) -> Arrays:
    # A byte mask broadcast over rows: what it should do is clear, what a loader does is not.
    return {f"{Q}_orig": arrays.pop(Q), **arrays, f"{Q}_mask": np.ones(16, np.float32)}


def packed(arrays: Arrays) -> None:
    arrays[Q] = arrays[Q].astype(np.float64)  # type: ignore[assignment]


def near_zero(arrays: Arrays) -> None:
    zero = arrays[WO] == 0
    arrays[WO][zero] = np.where(np.arange(zero.sum()) < 40, np.float32(1e-30), np.float32(0))


def one_and_zero(arrays: Arrays) -> dict[str, Any]:
    """The head stored for itself, other values than the embedding at some places."""
    head = arrays["shared.weight"].copy()
    head[:3] = 0
    return {**arrays, "lm_head.weight": head}


def smaller(sample: Sample) -> None:
    arrays = arrays_of(sample)
    left = {name: values for name, values in arrays.items() if ".block.1." not in name}
    write_safetensors(sample.model / "model.safetensors", left)
    config(num_layers=1, num_decoder_layers=1)(sample)


def larger(sample: Sample) -> None:
    arrays = arrays_of(sample)
    arrays["shared.weight"] = np.pad(arrays["shared.weight"], ((0, 32), (0, 0)))
    write_safetensors(sample.model / "model.safetensors", arrays)
    config(vocab_size=128)(sample)


def other_folder(sample: Sample) -> None:
    shutil.copytree(sample.model, sample.model / "checkpoint-500")
    dense = arrays_of(sample, 0.9)
    write_safetensors(sample.model / "checkpoint-500" / "model.safetensors", dense)


def expanded(length: int) -> Callable[[TorchWriter], Call]:
    return lambda writer: view(writer.storage(np.ones(1, "float32")), (length,), (0,))


CASES: tuple[Case, ...] = (
    Case("pruned to 0.9", kept(0.9), ("ratio.over",)),
    Case("not pruned", kept(1.0), ("ratio.over",)),
    Case("just over the limit", kept(0.2880), ("ratio.over",)),
    Case("the tutorial's masks", changed(masked), ("ratio.other-over", "model.masked")),
    Case(
        "the tutorial's masks, counted strictly",
        changed(masked),
        ("ratio.over", "model.masked", "ratio.countings-differ"),
        rules=strict,
    ),
    Case(
        "a mask for the tied head alone",
        changed(lambda a: a.update({"lm_head.weight_mask": np.zeros((96, 16), np.float32)})),
        ("ratio.empty-head", "ratio.countings-differ"),
    ),
    Case(
        "all zero",
        changed(lambda a: {n: np.zeros_like(v) for n, v in a.items()}),
        ("ratio.all-zero",),
    ),
    Case(
        "masks left beside plain weights",
        changed(lambda a: a.update({f"{n}_mask": np.zeros_like(a[n]) for n in (Q, K)})),
        ("ratio.mask-alone",),
    ),
    Case(
        "a buffer called mask",
        changed(lambda a: a.update({"pruning.mask_all": np.zeros(9_999, np.float32)})),
        ("ratio.mask-alone",),
    ),
    Case("a mask of one row", changed(small_mask), ("ratio.mask-shape", "model.masked")),
    Case(
        "a mask of halves",
        changed(soft_mask),
        ("ratio.mask-values", "ratio.over", "ratio.countings-differ", "model.masked"),
    ),
    Case(
        "an _orig without mask",
        changed(lambda a: {f"{Q}_orig": a.pop(Q), **a}),
        ("ratio.orig-alone", "model.masked"),
    ),
    Case(
        "plain weight and _orig",
        changed(lambda a: a.update({f"{Q}_orig": a[Q], f"{Q}_mask": np.ones_like(a[Q])})),
        ("ratio.twice-stored", "model.masked"),
    ),
    Case("a head of its own", changed(one_and_zero), ("ratio.tied-differ",)),
    Case(
        "weights under other names",
        changed(lambda a: a.update({"adapter.up.weight": np.ones((96, 64), np.float32)})),
        ("ratio.unknown-values",),
    ),
    Case(
        "weights called mask",
        changed(lambda a: a.update({f"{Q}_mask": np.full((96, 64), 0.3, np.float32)})),
        ("ratio.unknown-values",),
    ),
    Case(
        "the tensor that old versions save",
        changed(lambda a: a.update({HISTORIC: np.ones((8, 4), np.float32)})),
        ("model.unknown-tensor",),
    ),
    Case(
        "another set of weights, less pruned",
        both(
            kept(0.28),
            lambda sample: write_safetensors(
                sample.model / "final.safetensors", arrays_of(sample, 0.5)
            ),
        ),
        ("ratio.sets-differ",),
    ),
    Case("a checkpoint folder", other_folder, ("ratio.sets-differ", "package.leftovers")),
    Case("a variant of the same", second_set("model.v.safetensors", dict), ("ratio.sets-agree",)),
    Case("1e-30 in place of zero", changed(near_zero), ("ratio.near-zero",)),
    Case(
        "zeros with a sign",
        changed(lambda a: {n: np.where(v == 0, np.float32(-0.0), v) for n, v in a.items()}),
        ("ratio.negative-zero",),
    ),
    Case("no weights", without("model.safetensors"), ("model.no-weights",)),
    Case(
        "another model",
        changed(lambda a: {"bert.embeddings.weight": np.ones((9, 9), np.float32)}),
        ("model.other-architecture",),
    ),
    Case("a tensor left out", changed(lambda a: a.pop(Q) is None), ("model.missing",)),
    Case(
        "more rows than declared",
        changed(lambda a: a.update({WO: np.pad(a[WO], ((0, 8), (0, 0)))})),
        ("model.shape",),
    ),
    Case("one layer in each stack", smaller, ("model.smaller",)),
    Case("cut in every size but one", cut(**TINY), ("model.smaller",)),
    Case("another course's model", cut(**TINY, vocab_size=90), ("model.other-sizes",)),
    Case("another course's, larger in part", cut(**TINY, vocab_size=99), ("model.other-sizes",)),
    Case("a larger vocabulary", larger, ("model.larger",)),
    Case("saved from DataParallel", changed(lambda a: prefixed(a, "module.")), ("model.prefix",)),
    Case("two weights in one float64", changed(packed), ("model.dtype",)),
    Case(
        "a tensor of 40 times one value",
        torch_tensor(NORM, expanded(40)),
        ("model.layout", "model.shape"),
    ),
    Case("one value for a whole tensor", torch_tensor(NORM, expanded(16)), ("model.repeated",)),
    Case("NaN", changed(lambda a: a[NORM].fill(np.nan)), ("model.not-finite",)),
    Case("a layer pruned away", changed(lambda a: a[Q].fill(0)), ("model.zero-tensor",)),
    Case("no config.json", without("config.json"), ("model.config-missing",)),
    Case("config.json cut off", write("config.json", b'{"d_'), ("model.config-broken",)),
    Case("impossible sizes", config(num_layers=-1), ("model.config-broken",)),
    Case("code of its own", config(auto_map={"AutoModel": "m.T5"}), ("model.config-code",)),
    Case("another family", config(model_type="bart"), ("model.config-type",)),
    Case("quantised", config(quantization_config={"bits": 4}), ("model.quantized",)),
    Case("a head untied and left out", config(tie_word_embeddings=False), ("model.tie",)),
    Case("code in the model folder", write("modeling.py", b"import torch\n"), ("model.code-file",)),
    Case("a large file", write("notes.txt", b"x" * 1_200_000), ("model.extra-file",)),
    Case(
        "what the Trainer needs",
        write("optimizer.pt", b"x" * 2_000),
        ("model.training-leftovers",),
    ),
)
