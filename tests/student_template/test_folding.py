"""Masks are multiplied into their weights; what doesn't fit together is told."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rerun_course.tiny import STATE, make_pruned
from tests.student_template import small_course

pytestmark = pytest.mark.torch
QUERY = "encoder.block.0.layer.0.SelfAttention.q.weight"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of the tutorial: masks in `model.safetensors`, and in the `.pth` beside it."""
    folder = tmp_path_factory.mktemp("folding") / "masked"
    make_pruned(folder, "masked")
    return folder


@pytest.fixture
def masked(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "masked"))


def rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the tensors of a weight file in place."""
    import torch
    from safetensors.torch import save_file

    if path.suffix == ".safetensors":
        state = small_course.stored(path)
        change(state)
        save_file(state, str(path), {"format": "pt"})
    else:
        state = torch.load(path, weights_only=True)
        change(state)
        torch.save(state, path)


def told(folder: Path) -> str:
    """What is said of a folder that can't be loaded."""
    from compress.models import ModelError, load_model

    with pytest.raises(ModelError) as trouble:
        load_model(folder)
    return str(trouble.value)


def as_the_tutorial_loads_it(folder: Path) -> Any:
    import torch
    from torch.nn.utils import prune

    model = small_course.model(seed=99)  # every weight of it is replaced
    for part in model.modules():
        if isinstance(part, torch.nn.Linear):
            prune.identity(part, "weight")
    model.load_state_dict(torch.load(folder / STATE, weights_only=True))
    return model


def logits(model: Any) -> Any:
    import torch

    ids = torch.arange(3, 33).reshape(2, 15)
    with torch.no_grad():
        return model(input_ids=ids, decoder_input_ids=ids[:, :7]).logits


@pytest.mark.parametrize("left_out", ["", "model.safetensors", STATE])
def test_a_masked_checkpoint_predicts_as_it_does_for_the_student(
    left_out: str, masked: Path
) -> None:
    import torch

    from compress.models import load_model

    expected = logits(as_the_tutorial_loads_it(masked))
    if left_out:
        (masked / left_out).unlink()
    model = load_model(masked)
    assert torch.equal(logits(model), expected)
    assert not model.training
    assert not any(name.endswith(("_orig", "_mask")) for name, _ in model.named_buffers())
    # The tutorial masks the head alone, so the embedding that is tied to it stays dense.
    head, embedding = model.lm_head.weight, model.shared.weight
    assert torch.count_nonzero(head) < torch.count_nonzero(embedding) == embedding.numel()


def test_files_that_disagree_are_told(masked: Path) -> None:
    rewrite(masked / STATE, lambda state: state[f"{QUERY}_orig"].mul_(2))
    assert "model.safetensors and model_state_dict.pth" in told(masked)
    assert "hold different models. Keep the one that you mean." in told(masked)


def test_a_plain_file_beside_another_model_is_told(masked: Path) -> None:
    small_course.model().save_pretrained(masked)
    assert "hold different models" in told(masked)


@pytest.mark.parametrize("name", ["training_args.bin", "optimizer.pt", "rng_state_0.pth"])
def test_files_of_the_trainer_are_no_models(name: str, masked: Path) -> None:
    from compress.models import load_model

    before = small_course.weights(load_model(masked))
    (masked / name).write_bytes(b"not tensors")
    assert small_course.same(small_course.weights(load_model(masked)), before)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda state: state.pop(f"{QUERY}_mask"), f"there is {QUERY}_orig, and no {QUERY}_mask"),
        (lambda state: state.pop(f"{QUERY}_orig"), f"there is {QUERY}_mask, and no {QUERY}_orig"),
        (lambda state: state.pop("encoder.final_layer_norm.weight"), "has no encoder.final_layer"),
        (lambda state: state.update(odd=state[f"{QUERY}_orig"].clone()), "has odd, which config"),
        (
            lambda state: state.update({QUERY: state[f"{QUERY}_orig"].clone()}),
            f"there are both {QUERY} and {QUERY}_orig. Keep one.",
        ),
        (
            lambda state: state.update(
                {f"{QUERY}_{end}": state[f"{QUERY}_{end}"][:3].clone() for end in ("orig", "mask")}
            ),
            f"{QUERY} is (3, 64), and (64, 64) by config.json",
        ),
        (
            lambda state: state.update({"lm_head.weight": state["shared.weight"] + 1}),
            "the head and the embedding differ",
        ),
    ],
)
def test_what_does_not_fit_is_told(
    change: Callable[[dict[str, Any]], object], expected: str, masked: Path
) -> None:
    (masked / STATE).unlink()
    rewrite(masked / "model.safetensors", change)
    assert expected in told(masked)


def test_a_file_that_runs_code_is_not_run(masked: Path, tmp_path: Path) -> None:
    import torch

    class Sly:
        """What makes a folder when it is unpickled."""

        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, (str(tmp_path / "it ran"),)

    torch.save({"weight": Sly()}, masked / STATE)
    assert "can't be read as tensors" in told(masked)
    assert not (tmp_path / "it ran").exists()


@pytest.mark.parametrize("content", [b"", b"not a file of torch"])
def test_a_file_that_is_none_is_told(content: bytes, masked: Path) -> None:
    (masked / STATE).write_bytes(content)
    assert "model_state_dict.pth: can't be read as tensors" in told(masked)


def test_a_file_of_something_else_is_told(masked: Path) -> None:
    import torch

    torch.save({"model": {"weight": torch.ones(3)}}, masked / STATE)
    assert "is no state_dict" in told(masked)


def test_a_folder_without_weights_is_told(masked: Path) -> None:
    for name in ("model.safetensors", STATE):
        (masked / name).unlink()
    assert "holds no weights; expected model.safetensors" in told(masked)


def test_shards_with_masks_are_read_together(masked: Path) -> None:
    import json

    import torch
    from safetensors.torch import save_file

    from compress.models import load_model

    (masked / STATE).unlink()
    expected = logits(load_model(masked))
    state = small_course.stored(masked / "model.safetensors")
    names = sorted(state)
    parts = {"model-1.safetensors": names[:30], "model-2.safetensors": names[30:]}
    for file, some in parts.items():
        save_file({name: state[name] for name in some}, str(masked / file), {"format": "pt"})
    index = {"weight_map": {name: file for file, some in parts.items() for name in some}}
    (masked / "model.safetensors").unlink()
    (masked / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")
    assert torch.equal(logits(load_model(masked)), expected)
