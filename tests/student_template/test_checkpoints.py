"""A checkpoint holds all, is of one run only, and is never half written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.student_template import small_course
from tests.student_template.small_course import also, changed

pytestmark = pytest.mark.torch


def checkpoint(step: int = 7) -> Any:
    import torch

    from compress.checkpoints import Checkpoint

    return Checkpoint(
        step=step,
        weights={"a": torch.tensor([1.5, -0.0]), "b": torch.ones(2, 2)},
        masks={"b": torch.tensor([[True, False], [False, True]])},
        optimizer={"state": {0: {"step": torch.tensor(7.0)}}, "param_groups": [{"lr": 0.1}]},
        scaler={"scale": 65536.0},
        random=torch.get_rng_state(),
        best=[0.25, 6],
    )


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    import torch

    from compress.checkpoints import load_checkpoint, save_checkpoint

    save_checkpoint(tmp_path / "new", "digest", checkpoint(3))
    saved = checkpoint()
    save_checkpoint(tmp_path / "new", "digest", saved)
    found = load_checkpoint(tmp_path / "new", "digest")
    assert found is not None
    assert (found.step, found.scaler, found.best) == (7, saved.scaler, saved.best)
    assert small_course.same(found.weights, saved.weights)
    assert torch.equal(found.masks["b"], saved.masks["b"])
    assert torch.equal(found.random, saved.random)
    assert found.optimizer == saved.optimizer
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_another_run_s_checkpoint_is_not_used(tmp_path: Path) -> None:
    from compress.checkpoints import load_checkpoint, remove_checkpoint, save_checkpoint

    assert load_checkpoint(tmp_path, "digest") is None
    save_checkpoint(tmp_path, "digest", checkpoint())
    assert load_checkpoint(tmp_path, "other") is None
    remove_checkpoint(tmp_path)
    remove_checkpoint(tmp_path / "nowhere")
    assert load_checkpoint(tmp_path, "digest") is None


def test_a_run_that_is_killed_while_writing_keeps_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from compress.checkpoints import load_checkpoint, save_checkpoint

    save_checkpoint(tmp_path, "digest", checkpoint())

    def killed(_: object, path: Path) -> None:
        path.write_bytes(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(tmp_path, "digest", checkpoint(8))
    found = load_checkpoint(tmp_path, "digest")
    assert found is not None
    assert found.step == 7


@pytest.mark.parametrize("content", [b"", b"nothing of torch", b"PK\x03\x04 cut off"])
def test_a_file_that_can_not_be_read_is_told(content: bytes, tmp_path: Path) -> None:
    from compress.checkpoints import CheckpointError, load_checkpoint

    (tmp_path / "training.pt").write_bytes(content)
    with pytest.raises(CheckpointError, match="Delete it to start from the beginning"):
        load_checkpoint(tmp_path, "digest")


@pytest.mark.parametrize("told", [{}, {"digest": "digest"}, {"digest": "digest", "odd": 1}, [1]])
def test_a_file_of_something_else_is_told(told: object, tmp_path: Path) -> None:
    import torch

    from compress.checkpoints import CheckpointError, load_checkpoint

    torch.save(told, tmp_path / "training.pt")
    with pytest.raises(CheckpointError, match="is no checkpoint that can be read"):
        load_checkpoint(tmp_path, "digest")


def test_a_run_is_known_by_all_that_decides_how_it_ends() -> None:
    import torch

    from compress.batches import encoded
    from compress.checkpoints import run_digest
    from compress.masks import Masks

    model, settings = small_course.model(), small_course.SETTINGS
    masks = Masks({"shared.weight": torch.ones(433, 64, dtype=torch.bool)})
    fewer = Masks({"shared.weight": torch.zeros(433, 64, dtype=torch.bool)})
    examples = encoded(small_course.tokenizer(), small_course.bills(3), small_course.DATA)
    longer = encoded(
        small_course.tokenizer(), small_course.bills(3), replace(small_course.DATA, target_tokens=9)
    )

    def digest(**other: Any) -> str:
        given = {"model": model, "masks": masks, "examples": examples, "settings": settings}
        return run_digest(**{**given, **other})

    told = [
        digest(),
        digest(model=small_course.model(1)),
        digest(masks=fewer),
        digest(masks=Masks({})),
        digest(examples=examples[:2]),
        digest(examples=longer),
        digest(settings=changed("model", seed=4)),
        digest(settings=changed("recover", train_steps=7)),
        digest(settings=changed("recover", learning_rate=0.1)),
        digest(settings=changed("prune", ratio=0.2)),
        digest(settings=changed("distill", weight=0.5)),
    ]
    assert len(set(told)) == len(told)
    assert digest(settings=also(settings, "recover", evaluate_every=9)) == told[0]
    assert digest(settings=also(settings, "recover", checkpoint_every=9)) == told[0]
    assert digest(settings=changed("predict", max_length=9)) == told[0]
