"""torch files, read without torch, say just what torch says of them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from validators.model.records import DTYPE_BYTES, StoredTensor, WeightSet
from validators.model.weight_files import read_weights

NUMPY = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I8": "i1",
         "U8": "u1", "BOOL": "?", "F8_E4M3": "u1", "C64": "<c8"}  # fmt: skip
FORMATS = pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])


def values_of(tensor: StoredTensor) -> Any:
    """The tensor's values, read from where it is said to lie."""
    dtype = np.dtype(NUMPY[tensor.dtype])
    data = np.frombuffer(tensor.path.read_bytes(), dtype="u1")[tensor.offset :]
    if tensor.sparse:
        return data[: tensor.stored * dtype.itemsize].view(dtype)
    steps = [stride * dtype.itemsize for stride in tensor.strides]
    whole = data[: len(data) // dtype.itemsize * dtype.itemsize].copy().view(dtype)
    return np.lib.stride_tricks.as_strided(whole, tensor.shape, steps).copy()


def bits(tensor: Any) -> Any:
    """A torch tensor's values as numpy has them; bfloat16 and float8 by their bits."""
    import torch

    same = {torch.bfloat16: torch.uint16, torch.float8_e4m3fn: torch.uint8}
    tensor = tensor.detach().contiguous()
    return tensor.view(same[tensor.dtype]).numpy() if tensor.dtype in same else tensor.numpy()


def saved(folder: Path, value: Any, zipped: bool, name: str = "pytorch_model.bin") -> WeightSet:
    """The one set that is read back."""
    import torch

    torch.save(value, folder / name, _use_new_zipfile_serialization=zipped)
    found = read_weights(folder, "pruned_model")
    assert found.findings == ()
    assert len(found.sets) == 1
    return found.sets[0]


def assert_same(found: WeightSet, expected: dict[str, Any]) -> None:
    assert [tensor.name for tensor in found.tensors] == list(expected)
    for tensor in found.tensors:
        own = expected[tensor.name]
        assert tensor.shape == tuple(own.shape)
        assert tensor.contiguous == own.is_contiguous()
        np.testing.assert_array_equal(values_of(tensor), bits(own))


def codes(found: WeightSet) -> list[str]:
    return [finding.code for finding in found.findings]


@FORMATS
@pytest.mark.torch
def test_every_number_format(tmp_path: Path, zipped: bool) -> None:
    import torch

    kinds = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int8,
             torch.uint8, torch.bool, torch.complex64]  # fmt: skip
    if zipped:
        kinds.append(torch.float8_e4m3fn)
    state = {str(kind): (torch.arange(12.0).reshape(3, 4) - 3).to(kind) for kind in kinds}
    found = saved(tmp_path, state, zipped)
    assert found.findings == ()
    assert_same(found, state)
    assert all(tensor.dtype in DTYPE_BYTES for tensor in found.tensors)


@FORMATS
@pytest.mark.torch
def test_views_keep_their_strides_and_share_their_storage(tmp_path: Path, zipped: bool) -> None:
    import torch

    base = torch.randn(6, 5)
    state = {
        "base": base, "tied": base, "turned": base.t(), "rows": base[2:4], "columns": base[:, 1:3],
        "one": base[3, 4], "wide": base[0].expand(7, 5), "none": base[:0],
    }  # fmt: skip
    found = saved(tmp_path, state, zipped)
    assert found.findings == ()
    assert_same(found, state)
    by_name = {tensor.name: tensor for tensor in found.tensors}
    assert by_name["base"].storage == by_name["tied"].storage
    assert by_name["rows"].storage != by_name["base"].storage
    assert by_name["wide"].stored == 5
    assert by_name["wide"].elements == 35


@FORMATS
@pytest.mark.torch
def test_a_pruned_model_has_its_masks(tmp_path: Path, zipped: bool) -> None:
    import torch
    from torch.nn.utils import prune

    model = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.ReLU(), torch.nn.Linear(5, 2))
    layers = [(model[0], "weight"), (model[2], "weight")]
    prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=0.7)
    found = saved(tmp_path, model.state_dict(), zipped)
    assert found.findings == ()
    assert_same(found, dict(model.state_dict()))


@FORMATS
@pytest.mark.torch
def test_sparse_tensors_are_their_values(tmp_path: Path, zipped: bool) -> None:
    import torch

    dense = torch.tensor([[0.0, 2.0, 0.0], [3.0, 0.0, 4.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        state = {"coo": dense.to_sparse(), "csr": dense.to_sparse_csr()}
        state["csc"] = dense.to_sparse_csc()
        found = saved(tmp_path, state, zipped)
    assert found.findings == ()
    for tensor in found.tensors:
        assert (tensor.sparse, tensor.shape, tensor.stored) == (True, (2, 3), 3)
        assert sorted(values_of(tensor)) == [2.0, 3.0, 4.0]


@FORMATS
@pytest.mark.torch
def test_a_checkpoint_is_searched_for_its_weights(tmp_path: Path, zipped: bool) -> None:
    import torch

    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.ones(3)).sum().backward()
    optimizer.step()
    state = {"epoch": 3, "optimizer": optimizer.state_dict(), "net": model.state_dict()}
    found = saved(tmp_path, state, zipped, "checkpoint.pt")
    assert_same(found, dict(model.state_dict()))
    assert codes(found) == ["model.nested-weights"]
    assert 'under "net"' in found.findings[0].message


@FORMATS
@pytest.mark.torch
def test_a_whole_model_gives_the_names_of_its_state_dict(tmp_path: Path, zipped: bool) -> None:
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(vocab_size=32, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)
    model = T5ForConditionalGeneration(config)
    model.register_buffer("passing", torch.ones(2), persistent=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the source of some classes can't be found
        found = saved(tmp_path, model, zipped, "model.pth")
    assert found.readable
    assert "model.whole-object" in codes(found)
    expected = {name: value.contiguous() for name, value in model.state_dict().items()}
    assert_same(found, expected)
    by_name = {tensor.name: tensor.storage for tensor in found.tensors}
    assert by_name["lm_head.weight"] == by_name["shared.weight"]


@FORMATS
@pytest.mark.torch
def test_quantised_tensors_are_named(tmp_path: Path, zipped: bool) -> None:
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        packed = torch.quantize_per_tensor(torch.randn(3, 4), 0.1, 2, torch.qint8)
        found = saved(tmp_path, {"w": packed, "v": torch.ones(2)}, zipped)
    assert codes(found) == ["model.packed"]
    assert [(tensor.dtype, tensor.shape) for tensor in found.tensors] == [
        ("I8", (3, 4)),
        ("F32", (2,)),
    ]


@pytest.mark.torch
def test_a_scripted_model_is_named(tmp_path: Path) -> None:
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scripting is on its way out
        scripted = torch.jit.script(torch.nn.Linear(2, 2))
        torch.jit.save(scripted, str(tmp_path / "model.pt"))  # type: ignore[no-untyped-call]
    (weights,) = read_weights(tmp_path, "pruned_model").sets
    assert codes(weights) == ["model.torchscript"]


@FORMATS
@pytest.mark.torch
def test_parameters_with_attributes_are_tensors(tmp_path: Path, zipped: bool) -> None:
    import torch

    parameter = torch.nn.Parameter(torch.randn(2, 3))
    parameter.note = "attributes are saved with a parameter"  # type: ignore[attr-defined]
    found = saved(
        tmp_path, {"plain": torch.nn.Parameter(torch.ones(1)), "noted": parameter}, zipped
    )
    assert found.findings == ()
    assert [tensor.shape for tensor in found.tensors] == [(1,), (2, 3)]


@pytest.mark.torch
@pytest.mark.parametrize("protocol", [1, 2, 3, 4, 5])
@FORMATS
def test_every_pickle_protocol(tmp_path: Path, zipped: bool, protocol: int) -> None:
    import torch

    # Protocol 0 writes persistent ids as text, which torch itself can't load.
    state = {"weight": torch.randn(3, 2), "größe": torch.ones(2)}
    path = tmp_path / "pytorch_model.bin"
    torch.save(state, path, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
    found = read_weights(tmp_path, "pruned_model").sets[0]
    assert found.findings == ()
    assert_same(found, state)


@pytest.mark.torch
@pytest.mark.parametrize("shard_size", ["2GB", "2KB"])
def test_save_pretrained(tmp_path: Path, shard_size: str) -> None:
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(vocab_size=32, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)
    model = T5ForConditionalGeneration(config)
    model.save_pretrained(tmp_path, max_shard_size=shard_size)
    found = read_weights(tmp_path, "pruned_model")
    assert found.findings == ()
    assert [sorted(part.files) for part in found.sets] == [
        sorted(f"pruned_model/{path.name}" for path in tmp_path.glob("model*"))
    ]
    (weights,) = found.sets
    assert weights.findings == ()
    state = model.state_dict()
    assert {tensor.name for tensor in weights.tensors} <= set(state)
    for tensor in weights.tensors:
        np.testing.assert_array_equal(values_of(tensor), bits(state[tensor.name]))
