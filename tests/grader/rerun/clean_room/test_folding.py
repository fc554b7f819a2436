"""Stored weights become the arrays that torch would compute with."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest

from grader.rerun.clean_room.folding import HEAD, Folded, folded, references
from grader.rerun.clean_room.trouble import CannotFold
from tests.rerun_course import tiny
from validators.model.architecture import t5_reference
from validators.model.weight_files import read_weights
from validators.rules.model import T5Architecture

pytestmark = pytest.mark.torch
SIZES = T5Architecture(family="t5", gated=False, tied=True, **tiny.sizes())
MASKED_LAYER = "encoder.block.0.layer.0.SelfAttention.q.weight"


def foldings(folder: Path, number: int = 0, sizes: T5Architecture = SIZES) -> list[Folded]:
    return list(folded(read_weights(folder, "m").sets[number], t5_reference(sizes)))


def masked_model(seed: int, amount: float = 0.7) -> Any:
    import torch
    from torch.nn.utils import prune

    model, random = tiny.released_model(), torch.Generator().manual_seed(seed)
    for part in model.modules():
        if isinstance(part, torch.nn.Linear):
            mask = torch.rand(part.weight.shape, generator=random) > amount
            prune.custom_from_mask(part, "weight", mask)
    return model


def torchs_own(model: Any) -> dict[str, Any]:
    """What torch computes with: every layer's weight, after its hooks."""
    parts = dict(model.named_modules())
    return {
        tensor.name: parts[tensor.name.rpartition(".")[0]].weight.detach().numpy()
        for tensor in t5_reference(SIZES).tensors
    }


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("form", ["safetensors", "pth"])
def test_masks_fold_as_torch_folds_them(seed: int, form: str, tmp_path: Path) -> None:
    import torch

    model = masked_model(seed)
    if form == "pth":
        torch.save(model.state_dict(), tmp_path / "state_dict.pth")
    else:
        model.save_pretrained(tmp_path)
    found, tied, swapped = foldings(tmp_path)
    wanted = torchs_own(model)
    for name, values in wanted.items():
        assert np.array_equal(found.arrays[name], values), name
        assert found.arrays[name].dtype == np.float32
    head = model.lm_head.weight.detach().numpy()
    assert np.array_equal(found.arrays[HEAD], head)
    assert not np.array_equal(head, wanted["shared.weight"])
    assert HEAD not in tied.arrays
    assert np.array_equal(swapped.arrays["shared.weight"], head)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "float32"])
@pytest.mark.parametrize("shard", ["20KB", "1GB"])
def test_every_format_and_shards(dtype: str, shard: str, tmp_path: Path) -> None:
    import torch

    model = tiny.released_model().to(getattr(torch, dtype))
    model.save_pretrained(tmp_path, max_shard_size=shard)
    (found,) = foldings(tmp_path)
    assert found.how == "as stored"
    assert found.stored == {"float16": "F16", "bfloat16": "BF16"}.get(dtype, "F" + dtype[-2:])
    for name, values in torchs_own(model.float()).items():
        assert np.array_equal(found.arrays[name], values), name


def coo(values: Any) -> Any:
    return values.to_sparse()


def coo_by_hand(values: Any) -> Any:
    import torch

    sparse = values.to_sparse()
    indices = sparse.indices().contiguous()
    return torch.sparse_coo_tensor(indices, sparse.values(), values.shape)


def csr(values: Any) -> Any:
    return values.to_sparse_csr()


def csc(values: Any) -> Any:
    return values.to_sparse_csc()


def transposed(values: Any) -> Any:
    return values.t().contiguous().t()


def strided(values: Any) -> Any:
    import torch

    wide = torch.zeros(values.shape[0], 2 * values.shape[1])
    wide[:, ::2] = values
    return wide[:, ::2]


@pytest.mark.filterwarnings("ignore:Sparse:UserWarning")
@pytest.mark.parametrize("form", [coo, coo_by_hand, csr, csc, transposed, strided])
def test_tensors_in_other_layouts(form: Callable[[Any], Any], tmp_path: Path) -> None:
    import torch

    model = tiny.released_model()
    with torch.no_grad():
        for values in model.parameters():
            values[torch.rand_like(values) < 0.7] = 0
    state = {
        name: form(values) if values.dim() == 2 and "lm_head" not in name else values
        for name, values in model.state_dict().items()
    }
    torch.save(state, tmp_path / "sparse.pt")
    found = foldings(tmp_path)[0]
    for name, values in torchs_own(model).items():
        assert np.array_equal(found.arrays[name], values), name


def without_a_weight(state: dict[str, Any]) -> None:
    del state[MASKED_LAYER]


def of_another_shape(state: dict[str, Any]) -> None:
    state[MASKED_LAYER] = state[MASKED_LAYER][:-1].clone()


def with_nan(state: dict[str, Any]) -> None:
    state[MASKED_LAYER][0, 0] = float("nan")


def too_large_for_float32(state: dict[str, Any]) -> None:
    state[MASKED_LAYER] = state[MASKED_LAYER].double() * 1e300


def with_half_a_mask(state: dict[str, Any]) -> None:
    import torch

    state[f"{MASKED_LAYER}_orig"] = state.pop(MASKED_LAYER)
    state[f"{MASKED_LAYER}_mask"] = torch.full_like(state[f"{MASKED_LAYER}_orig"], 0.5)


def of_whole_numbers(state: dict[str, Any]) -> None:
    import torch

    state[MASKED_LAYER] = state[MASKED_LAYER].to(torch.int64)


def of_another_model(state: dict[str, Any]) -> None:
    weight = state[MASKED_LAYER]
    state.clear()
    state["dense.weight"] = weight


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (without_a_weight, "it lacks 1 weight: "),
        (of_another_shape, "is 63 × 64; the architecture has 64 × 64"),
        (with_nan, "has 1 infinite or undefined value"),
        (too_large_for_float32, "infinite or undefined value"),
        (with_half_a_mask, "holds other numbers than 0 and 1"),
        (of_whole_numbers, "stored as I64, not as floats"),
        (of_another_model, "no weight of the released model"),
    ],
)
def test_what_is_no_whole_model_is_told(
    broken: Callable[[dict[str, Any]], None], why: str, tmp_path: Path
) -> None:
    import torch

    state = tiny.released_model().state_dict()
    broken(state)
    torch.save(state, tmp_path / "model.pt")
    with pytest.raises(CannotFold, match=why):
        foldings(tmp_path)


def test_a_weight_that_is_stored_plain_and_masked_is_folded_both_ways(tmp_path: Path) -> None:
    import torch

    state = masked_model(5).state_dict()
    state[MASKED_LAYER] = torch.ones_like(state[f"{MASKED_LAYER}_orig"])
    torch.save(state, tmp_path / "model.pt")
    found = foldings(tmp_path)
    assert len(found) == 6
    assert not (found[0].arrays[MASKED_LAYER] == 1).all()
    assert (found[3].arrays[MASKED_LAYER] == 1).all()


def test_the_declared_architecture_is_tried_unless_it_is_larger_than_any_honest_one() -> None:
    released = t5_reference(SIZES)
    smaller = SIZES.model_copy(update={"num_layers": 1})
    huge = SIZES.model_copy(update={"d_ff": 1_000_000})
    assert references(released, None) == (released,)
    assert references(released, SIZES.model_copy(update={"tied": False})) == (released,)
    assert references(released, smaller) == (t5_reference(smaller), released)
    assert references(released, huge) == (released,)
