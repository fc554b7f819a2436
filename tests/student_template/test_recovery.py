"""Training on what is left: the schedule, the seed, the zeros, and a run that was killed."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compress.bills import Bill
from compress.settings import Settings, SettingsError
from tests.student_template import small_course
from tests.student_template.recovering import GRADUAL, course, run, silent
from tests.student_template.small_course import SETTINGS, also, changed

pytestmark = pytest.mark.torch


class Killed(Exception):
    """Stands for the moment at which the machine is switched off."""


def killed_after(step: int) -> Any:
    """A progress that ends the run when this step is done."""
    from compress.progress import Progress

    class Killing(Progress):
        def show(self, done: int, **figures: float) -> None:
            if done == step and "loss" in figures:
                raise Killed

    return Killing(None)


def nonzero(model: Any) -> int:
    from compress.layers import nonzero_count

    return nonzero_count(model)


@pytest.mark.parametrize("settings", [SETTINGS, GRADUAL])
def test_the_model_learns_and_ends_at_its_ratio(settings: Settings, tmp_path: Path) -> None:
    import torch

    from compress.layers import parameter_count

    model, masks = run(settings, tmp_path)
    start = small_course.model()
    total = parameter_count(model)
    assert nonzero(model) == int(0.3 * total)
    parameters, before = dict(model.named_parameters()), dict(start.named_parameters())
    for name, mask in masks.by_layer.items():
        assert not parameters[name].detach()[~mask].any()
        assert not torch.equal(parameters[name].detach()[mask], before[name].detach()[mask])
    assert model.lm_head.weight is model.shared.weight
    assert not any(each._backward_hooks for each in model.parameters())


def test_the_loss_falls(tmp_path: Path) -> None:
    losses: list[float] = []
    progress = silent()
    progress.show = lambda done, **figures: losses.extend(
        [figures["loss"]] if "loss" in figures else []
    )
    settings = changed("recover", train_steps=20, learning_rate=0.02, weight_decay=0.0)
    run(settings, tmp_path, progress)
    assert len(losses) == 20
    assert losses[-1] < 0.85 * losses[0]


@pytest.mark.parametrize("settings", [SETTINGS, GRADUAL])
def test_the_same_seed_gives_the_same_bits(settings: Settings, tmp_path: Path) -> None:
    import torch

    torch.manual_seed(1)
    first, _ = run(settings, tmp_path / "1")
    torch.manual_seed(2)  # what happened before is of no importance
    second, _ = run(settings, tmp_path / "2")
    other, _ = run(also(settings, "model", seed=4), tmp_path / "3")
    assert small_course.same(small_course.weights(first), small_course.weights(second))
    assert not small_course.same(small_course.weights(first), small_course.weights(other))


@pytest.mark.parametrize(
    ("settings", "every", "steps"),
    [(GRADUAL, 1, (1, 2, 3, 4)), (GRADUAL, 2, (4,)), (SETTINGS, 1, (3,)), (SETTINGS, 2, (4,))],
)
def test_a_run_killed_after_any_step_ends_with_the_same_bits(
    settings: Settings, every: int, steps: tuple[int, ...], tmp_path: Path
) -> None:
    settings = also(settings, "recover", train_steps=4, checkpoint_every=every)
    whole, masks = run(settings, tmp_path / "whole")
    for step in steps:
        folder = tmp_path / str(step)
        with pytest.raises(Killed):
            run(settings, folder, killed_after(step))
        stream = io.StringIO()
        progress = silent()
        progress._stream = stream
        again, found = run(settings, folder, progress)
        resumed = (step - 1) // every * every  # it was killed before its checkpoint
        assert ("goes on after step" in stream.getvalue()) == (resumed > 0)
        if resumed:
            assert f"goes on after step {resumed}\n" in stream.getvalue()
        assert small_course.same(small_course.weights(again), small_course.weights(whole))
        assert all((found.by_layer[name] == masks.by_layer[name]).all() for name in masks.by_layer)


def test_a_run_that_was_finished_is_not_trained_again(tmp_path: Path) -> None:
    settings = also(SETTINGS, "recover", checkpoint_every=1000)
    whole, _ = run(settings, tmp_path)
    again, _ = run(settings, tmp_path, killed_after(1))
    assert small_course.same(small_course.weights(again), small_course.weights(whole))


def test_another_model_or_other_settings_start_anew(tmp_path: Path) -> None:
    settings = also(SETTINGS, "recover", checkpoint_every=1)
    run(settings, tmp_path)
    for other, seed in ((settings, 1), (also(settings, "recover", learning_rate=0.1), 0)):
        with pytest.raises(Killed):
            run(other, tmp_path, killed_after(1), seed=seed)


def test_a_model_that_is_small_already_stays_small(tmp_path: Path) -> None:
    from compress.layers import parameter_count
    from compress.masks import Masks
    from compress.pruning import prune
    from compress.recovery import recover

    model = small_course.model()
    total = parameter_count(model)
    prune(model, SETTINGS.prune, 0.2, total, None)
    recover(model, Masks({}), course(), GRADUAL, tmp_path, silent())
    assert nonzero(model) <= 0.3 * total


def test_without_steps_it_is_only_pruned(tmp_path: Path) -> None:
    from compress.layers import parameter_count
    from compress.pruning import prune

    once = changed("recover", train_steps=0)
    model, _ = run(also(once, "prune", schedule="iterative"), tmp_path)
    expected = small_course.model()
    prune(expected, SETTINGS.prune, 0.3, parameter_count(expected), None)
    assert small_course.same(small_course.weights(model), small_course.weights(expected))
    one_shot, _ = run(once, tmp_path)
    assert small_course.same(small_course.weights(one_shot), small_course.weights(expected))


@pytest.mark.parametrize(
    ("schedule", "steps", "train_steps", "expected"),
    [
        ("one-shot", 4, 100, {}),
        ("iterative", 4, 100, {0: 0.825, 20: 0.65, 40: 0.475, 60: 0.3}),
        ("iterative", 1, 100, {0: 0.3}),
        ("iterative", 4, 0, {0: 0.3}),
        ("iterative", 4, 2, {0: 0.475, 1: 0.3}),
        ("cubic", 2, 10, {0: 0.3 + 0.7 / 8, 6: 0.3}),
    ],
)
def test_pruning_is_spread_over_the_first_steps(
    schedule: str, steps: int, train_steps: int, expected: dict[int, float]
) -> None:
    from compress.recovery import pruning_steps

    settings = changed("prune", schedule=schedule, steps=steps)
    settings = also(settings, "recover", train_steps=train_steps)
    found = pruning_steps(settings, 1.0)
    assert list(found) == list(expected)
    assert list(found.values()) == pytest.approx(list(expected.values()))
    # A model that is small enough already keeps its zeros.
    assert pruning_steps(settings, 0.3) == ({} if schedule == "one-shot" else {0: 0.3})


def test_the_rows_become_tokens_once_and_only_where_they_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compress import course as reading
    from compress.compressing import pruned
    from compress.recovery import recover

    asked: list[int] = []
    really = reading.encoded

    def encoded(tokenizer: Any, bills: Any, *rest: Any) -> Any:
        asked.append(len(bills))
        return really(tokenizer, bills, *rest)

    monkeypatch.setattr(reading, "encoded", encoded)
    rows = course()
    pruned(small_course.model(), rows, SETTINGS)
    assert asked == []
    for settings in (GRADUAL, changed("prune", method="sparsegpt")):
        model = small_course.model()
        recover(model, pruned(model, rows, settings), rows, settings, tmp_path, silent())
    assert asked == [len(rows.train)]


def test_a_pattern_is_pruned_once_whatever_the_schedule(tmp_path: Path) -> None:
    from compress.recovery import pruning_steps

    settings = also(GRADUAL, "prune", pattern="2:8")
    assert settings.prune.at_once
    assert pruning_steps(settings, 0.5) == {}


def test_distillation_from_the_released_model(tmp_path: Path) -> None:
    released = tmp_path / "released"
    small_course.model().save_pretrained(released)
    alone, _ = run(SETTINGS, tmp_path / "1")
    settings = changed("distill", weight=0.5, hidden_weight=0.5, attention_weight=0.5)
    settings = also(settings, "model", released=str(released))
    taught, masks = run(settings, tmp_path / "2")
    again, _ = run(settings, tmp_path / "3")
    assert small_course.same(small_course.weights(taught), small_course.weights(again))
    assert not small_course.same(small_course.weights(taught), small_course.weights(alone))
    assert nonzero(taught) == nonzero(alone)
    assert masks.by_layer


def test_rows_without_a_summary_are_told_before_training(tmp_path: Path) -> None:
    from compress.masks import Masks
    from compress.recovery import recover

    rows = (*small_course.bills(3), Bill("a bill", " "))
    with pytest.raises(SettingsError, match="Training row 3 has no summary"):
        recover(small_course.model(), Masks({}), course(0, rows), SETTINGS, tmp_path, silent())


def test_the_way_of_computing_is_given_back(tmp_path: Path) -> None:
    import torch

    before = torch.are_deterministic_algorithms_enabled()
    run(replace(SETTINGS), tmp_path)
    assert torch.are_deterministic_algorithms_enabled() == before
