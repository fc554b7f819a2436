"""One step: zeros stay zeros, and rows count the same however they fell into batches."""

from __future__ import annotations

from typing import Any

import pytest

from compress.settings import Recover, SettingsError
from tests.student_template import small_course
from tests.student_template.small_course import also, changed

pytestmark = pytest.mark.torch


def pruned() -> tuple[Any, Any]:
    from compress.layers import parameter_count
    from compress.pruning import prune

    model = small_course.model()
    settings = small_course.SETTINGS.prune
    return model, prune(model, settings, 0.3, parameter_count(model), None)


def batch(*rows: int) -> dict[str, Any]:
    from compress.batches import collated, encoded

    examples = encoded(small_course.tokenizer(), small_course.bills(), small_course.DATA)
    return collated([examples[row] for row in rows], 0)


def zeros(model: Any, masks: Any) -> list[float]:
    """All values that should be zero."""
    parameters = dict(model.named_parameters())
    return [
        float(parameters[name].detach()[~mask].abs().max()) for name, mask in masks.by_layer.items()
    ]


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_zeros_stay_zero_through_momentum_and_decay(precision: str) -> None:
    from compress.masks import Masks
    from compress.training import Trainer

    settings = changed("recover", weight_decay=0.9, precision=precision, learning_rate=0.01)
    model, masks = pruned()
    dense = small_course.model()
    trainer = Trainer(dense, None, settings)
    trainer.step(0, [batch(0, 1)], Masks({}))  # dense at first, so that there is momentum
    before = small_course.weights(dense)
    masks.apply(dense)
    for step in range(1, 4):
        trainer.step(step, [batch(2, 3)], masks)
        assert set(zeros(dense, masks)) == {0.0}
    after = small_course.weights(dense)
    for name, mask in masks.by_layer.items():
        assert not (after[name][mask] == before[name][mask]).all(), name
    assert masks.by_layer.keys() == dict(model.named_parameters()).keys() & masks.by_layer.keys()


def test_the_masks_are_needed_after_the_step() -> None:
    """The test above can fail: hooks alone don't hold zeros against momentum."""
    import torch

    from compress.masks import Masks
    from compress.training import Trainer

    _, masks = pruned()
    dense = small_course.model()
    trainer = Trainer(dense, None, changed("recover", weight_decay=0.9))
    trainer.step(0, [batch(0, 1)], Masks({}))
    masks.apply(dense)
    held = masks.hold(dense)
    dense(**batch(2, 3)).loss.backward()
    trainer.optimizer.step()
    held.release()
    assert max(zeros(dense, masks)) > 0
    assert torch.isfinite(dense.shared.weight).all()


def test_batches_of_one_step_count_by_their_tokens() -> None:
    from compress.training import Trainer

    results = []
    for batches in ([batch(0, 1, 2, 3)], [batch(0), batch(1, 2, 3)]):
        model, masks = pruned()
        loss = Trainer(model, None, small_course.SETTINGS).step(3, batches, masks)
        results.append((loss, model.shared.weight.detach().clone()))
    assert results[0][0] == pytest.approx(results[1][0], rel=1e-5)
    difference = (results[0][1] - results[1][1]).abs().max()
    assert float(difference) < 1e-5


def test_the_learning_rate_goes_up_and_then_down_to_zero() -> None:
    from compress.training import learning_rate

    settings = Recover(train_steps=10, warmup_steps=4, learning_rate=1.0)
    found = [learning_rate(step, settings) for step in range(10)]
    assert found[:5] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert found[4:] == sorted(found[4:], reverse=True)
    assert 0 < found[-1] == pytest.approx(1 / 6)
    assert learning_rate(10, settings) == 0
    short = Recover(train_steps=3, warmup_steps=50, learning_rate=1.0)
    assert all(0 < learning_rate(step, short) <= 1 for step in range(3))
    none = Recover(train_steps=2, warmup_steps=0, learning_rate=1.0)
    assert [learning_rate(step, none) for step in range(2)] == [1.0, 0.5]


def test_the_step_uses_its_learning_rate_and_norms_do_not_decay() -> None:
    from compress.training import Trainer, learning_rate

    settings = changed("recover", weight_decay=0.5)
    model, masks = pruned()
    trainer = Trainer(model, None, settings)
    trainer.step(4, [batch(0)], masks)
    for group in trainer.optimizer.param_groups:
        assert group["lr"] == learning_rate(4, settings.recover)
        decays = {each.dim() > 1 for each in group["params"]}
        assert decays == {group["weight_decay"] > 0}


@pytest.mark.parametrize(
    ("precision", "device", "capability", "expected"),
    [
        ("auto", "cpu", None, "None"),
        ("auto", "mps", None, "None"),
        ("auto", "cuda", (8, 9), "torch.bfloat16"),
        ("auto", "cuda", (7, 5), "None"),
        ("bf16", "cpu", None, "torch.bfloat16"),
        ("fp16", "cuda", (7, 5), "torch.float16"),
        ("fp32", "cuda", (9, 0), "None"),
        ("fp32", "mps", None, "None"),
    ],
)
def test_the_number_format_fits_the_device(
    precision: str, device: str, capability: Any, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from compress.training import computed_in

    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)
    assert str(computed_in(precision, torch.device(device))) == expected


@pytest.mark.parametrize(
    ("precision", "device", "needed"),
    [("fp16", "cpu", "cuda"), ("fp16", "mps", "cuda"), ("bf16", "mps", "cuda or cpu")],
)
def test_a_number_format_without_its_device_is_told(
    precision: str, device: str, needed: str
) -> None:
    import torch

    from compress.training import computed_in

    told = f"precision is {precision}, which needs {needed}; the device is {device}"
    with pytest.raises(SettingsError, match=told):
        computed_in(precision, torch.device(device))


def test_what_overflows_in_16_bits_is_computed_in_32() -> None:
    import torch

    from compress.training import widen

    model = small_course.model()
    kinds: dict[str, list[Any]] = {}

    def seen(name: str) -> Any:
        return lambda _module, _inputs, found: kinds.setdefault(name, []).append(found.dtype)

    for name, module in model.named_modules():
        if name.endswith((".wi", ".wo")):
            module.register_forward_hook(seen(name[-2:]))
    expected = float(model(**batch(0)).loss.detach())
    for wide in (False, True):
        kinds.clear()
        if wide:
            widen(model)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = model(**batch(0)).loss
        assert set(kinds["wi"]) == {torch.bfloat16}
        assert set(kinds["wo"]) == {torch.float32 if wide else torch.bfloat16}
        assert float(loss.detach()) == pytest.approx(expected, rel=0.02)
    loss.backward()
    assert all(each.grad.isfinite().all() for each in model.parameters())


def test_a_loss_that_is_no_number_ends_the_run() -> None:
    import torch

    from compress.training import Trainer, TrainingError

    model, masks = pruned()
    with torch.no_grad():
        model.decoder.final_layer_norm.weight.fill_(float("nan"))
    before = small_course.weights(model)
    with pytest.raises(TrainingError, match=r"loss of step 8 is nan. Make recover.learning_rate"):
        Trainer(model, None, small_course.SETTINGS).step(7, [batch(0)], masks)
    assert small_course.same(before, small_course.weights(model))


def test_the_teacher_s_part_of_the_loss_counts_and_it_is_left_as_it_is() -> None:
    from compress.training import Trainer

    teacher = small_course.model(seed=5).requires_grad_(False)
    taught = small_course.weights(teacher)
    losses, ends = [], []
    for weight in (0.0, 0.5, 1.0):
        model, masks = pruned()
        settings = also(small_course.SETTINGS, "distill", weight=weight)
        losses.append(Trainer(model, teacher, settings).step(1, [batch(0, 1)], masks))
        ends.append(small_course.weights(model))
        assert set(zeros(model, masks)) == {0.0}
    assert losses[1] == pytest.approx((losses[0] + losses[2]) / 2, rel=1e-4)
    assert not small_course.same(ends[0], ends[2])
    assert small_course.same(taught, small_course.weights(teacher))
    assert all(each.grad is None for each in teacher.parameters())


def test_with_the_teacher_alone_its_own_pupil_has_nothing_to_learn() -> None:
    from compress.masks import Masks
    from compress.training import Trainer

    settings = also(small_course.SETTINGS, "distill", weight=1.0)
    model, teacher = small_course.model(), small_course.model().requires_grad_(False)
    loss = Trainer(model, teacher, settings).step(1, [batch(0, 1)], Masks({}))
    assert loss == pytest.approx(0, abs=1e-5)
