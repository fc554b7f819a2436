"""A model folder is read, whatever is in it, and the same model gives the same samples."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.demo.sample import write_safetensors
from grader.integrity.records import WeightTraits
from grader.integrity.weights.extract import weight_traits
from grader.integrity.weights.formats import BRAIN, rounded
from grader.integrity.weights.samples import Samples
from tests.integrity_sets.weights.toys import (
    HONEST,
    SIZES,
    Arrays,
    honest,
    model_rules,
    reference,
    samples_of,
)

RULES = model_rules()
WEIGHTS = "model.safetensors"
QUERY = "encoder.block.0.layer.0.SelfAttention.q.weight"
EMBEDDING = "shared.weight"
ALL = len(reference().tensors)


def model() -> Arrays:
    return dict(honest(HONEST[0]))


def read(folder: Path) -> tuple[WeightTraits, bytes]:
    return weight_traits(folder, "pruned_model", RULES)


def written(folder: Path, arrays: dict[str, Any], name: str = WEIGHTS) -> Path:
    folder.mkdir(exist_ok=True)
    write_safetensors(folder / name, arrays)
    return folder


def with_masks(arrays: Arrays) -> dict[str, Any]:
    """As torch's pruning saves them: whole weights beside their masks."""
    saved: dict[str, Any] = {}
    for name, values in arrays.items():
        if values.ndim == 1 or name == EMBEDDING:
            saved[name] = values
        else:
            mask = (values != 0).astype(np.float32)
            saved[f"{name}_orig"] = np.where(values != 0, values, np.float32(-7))
            saved[f"{name}_mask"] = mask
    return saved


def test_a_folder_gives_what_the_arrays_give(tmp_path: Path) -> None:
    traits, arrays = read(written(tmp_path / "m", model()))
    assert traits.files == ("pruned_model/model.safetensors",)
    assert (traits.dtype, traits.trouble, len(traits.layers)) == ("F32", "", ALL)
    kept = {name: (sampled, alive) for name, sampled, alive in traits.layers}
    assert kept[QUERY][0] == 1024
    assert 290 <= kept[QUERY][1] <= 320
    found, wanted = Samples(arrays), Samples(samples_of(model()))
    assert found.keys == wanted.keys
    for key in found.keys:
        assert np.array_equal(found.placed(key), wanted.placed(key))
        assert np.array_equal(found.values(key), wanted.values(key))


@pytest.mark.parametrize("prefix", ["", "model."])
def test_masks_are_folded_and_names_found(prefix: str, tmp_path: Path) -> None:
    baked = read(written(tmp_path / "baked", model()))
    saved = {f"{prefix}{name}": values for name, values in with_masks(model()).items()}
    masked = read(written(tmp_path / "masked", saved))
    assert masked == baked


def test_sixteen_bits_are_named_and_read(tmp_path: Path) -> None:
    bits = {name: (rounded(each, BRAIN).view("<u4") >> 16).astype(np.uint16)
            for name, each in model().items()}  # fmt: skip
    traits, arrays = read(written(tmp_path / "m", bits))
    assert traits.dtype == "BF16"
    found = Samples(arrays)
    rounded_model = {name: rounded(each, BRAIN) for name, each in model().items()}
    wanted = Samples(samples_of(rounded_model))
    for key in found.keys:
        assert np.array_equal(found.placed(key), wanted.placed(key))
    mixed = {**model(), EMBEDDING: bits[EMBEDDING]}
    assert read(written(tmp_path / "mixed", mixed))[0].dtype == "BF16 and F32"


def test_the_set_that_from_pretrained_prefers_is_read(tmp_path: Path) -> None:
    folder = written(tmp_path / "m", model())
    alone = read(folder)
    other = {name: values * 2 for name, values in model().items()}
    write_safetensors(folder / "a_first_by_name.safetensors", other)
    assert read(folder) == alone


def test_a_damaged_set_gives_way_to_the_next(tmp_path: Path) -> None:
    folder = written(tmp_path / "m", model(), "other.safetensors")
    (folder / WEIGHTS).write_bytes(b"\x40\0\0\0\0\0\0\0{}")
    traits, arrays = read(folder)
    assert traits.files == ("pruned_model/other.safetensors",)
    assert arrays


def test_the_declared_architecture_is_read_where_it_is_another(tmp_path: Path) -> None:
    arrays = {
        name: each[:48] if ".wi." in name else each[:, :48].copy() if ".wo." in name else each
        for name, each in model().items()
    }
    folder = written(tmp_path / "m", arrays)
    assert read(folder)[0].trouble.startswith(f"4 parameters of {ALL} can't be compared")
    config = {"model_type": "t5", **SIZES.model_dump(exclude={"family", "gated", "tied"})}
    (folder / "config.json").write_text(json.dumps({**config, "d_ff": 48}), "utf-8")
    traits, _ = read(folder)
    assert traits.trouble == ""
    assert len(traits.layers) == ALL


def no_folder(folder: Path) -> None:
    pass


def empty_folder(folder: Path) -> None:
    folder.mkdir()


def a_file(folder: Path) -> None:
    folder.write_bytes(b"weights")


def cut_off(folder: Path) -> None:
    path = written(folder, model()) / WEIGHTS
    path.write_bytes(path.read_bytes()[:5000])


def a_link(folder: Path) -> None:
    written(folder.parent / "elsewhere", model())
    folder.mkdir()
    (folder / WEIGHTS).symlink_to(folder.parent / "elsewhere" / WEIGHTS)


def strangers(folder: Path) -> None:
    written(folder, {"bert.embeddings": np.ones((4, 4), np.float32)})


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (no_folder, "there is no folder pruned_model"),
        (a_file, "there is no folder pruned_model"),
        (empty_folder, "holds no weights"),
        (cut_off, "is cut off"),
        (a_link, "holds no weights"),
        (strangers, "no such weight is there"),
    ],
)
def test_what_cannot_be_read_is_told(
    made: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    made(tmp_path / "m")
    traits, arrays = read(tmp_path / "m")
    assert why in traits.trouble
    assert (traits.layers, arrays) == ((), b"")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_layer_with_a_number_that_is_none_is_left_out_and_told(
    value: float, tmp_path: Path
) -> None:
    arrays = {name: values.copy() for name, values in model().items()}
    arrays[QUERY][3, 4] = value
    del arrays[EMBEDDING]
    arrays["decoder.final_layer_norm.weight"] = np.ones(7, np.float32)
    traits, data = read(written(tmp_path / "m", arrays))
    assert traits.trouble.startswith(f"3 parameters of {ALL} can't be compared, such as ")
    assert len(traits.layers) == len(Samples(data).keys) == ALL - 3


@pytest.mark.parametrize("value", [3e38, -1e-45, 0.0])
def test_numbers_at_the_edge_are_numbers(value: float, tmp_path: Path) -> None:
    arrays = {name: np.full(each.shape, value, np.float32) for name, each in model().items()}
    traits, data = read(written(tmp_path / "m", arrays))
    assert traits.trouble == ""
    placed = Samples(data).placed((QUERY, (32, 32)))
    assert (placed == np.float32(value)).all()


def test_wide_numbers_that_do_not_fit_are_told(tmp_path: Path) -> None:
    arrays: dict[str, Any] = dict(model())
    arrays[QUERY] = arrays[QUERY].astype(np.float64) * 1e300
    traits, _ = read(written(tmp_path / "m", arrays))
    assert traits.trouble.startswith(f"1 parameter of {ALL} can't be compared")
