"""Soft targets, hidden states and attention maps equal their formulas, padding left out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from compress.settings import Distill
from tests.student_template import naive_distillation as naive
from tests.student_template import small_course

pytestmark = pytest.mark.torch
FAR = 1e4
"""A value that would be seen in any mean that it is part of."""


def pair(seed: int, *shape: int) -> tuple[Any, Any]:
    import torch

    source = torch.Generator().manual_seed(seed)
    student, teacher = torch.randn(2, *shape, generator=source)
    return student, teacher


@pytest.mark.parametrize("temperature", [1.0, 2.0, 4.5])
def test_soft_targets_are_the_formula_without_padding(temperature: float) -> None:
    import torch

    from compress.distillation import soft_target_loss

    student, teacher = pair(1, 2, 3, 5)
    real = torch.tensor([[True, True, False], [True, False, False]])
    student[~real], teacher[~real] = FAR, -FAR
    found = soft_target_loss(student, teacher, real, temperature)
    ours, theirs = student[real].tolist(), teacher[real].tolist()
    assert float(found) == pytest.approx(naive.soft_targets(ours, theirs, temperature), rel=1e-5)
    assert float(soft_target_loss(student, student, real, temperature)) == pytest.approx(0)


def test_gradients_keep_their_size_at_any_temperature() -> None:
    import torch

    from compress.distillation import soft_target_loss

    student, teacher = pair(2, 1, 4, 6)
    sizes = []
    for temperature in (50.0, 100.0):
        answer = student.clone().requires_grad_(True)
        real = torch.ones(1, 4, dtype=torch.bool)
        soft_target_loss(answer, teacher, real, temperature).backward()
        sizes.append(float(answer.grad.norm()))
    assert sizes[0] == pytest.approx(sizes[1], rel=0.05)


def test_hidden_states_are_compared_where_tokens_are() -> None:
    import torch

    from compress.distillation import hidden_loss

    student, teacher = pair(3, 2, 2, 3, 4)  # layers, rows, tokens, features
    real = torch.tensor([[True, True, False], [True, False, False]])
    for layer in range(2):
        student[layer][~real] = FAR
    expected = [
        naive.mean_square(student[n][real].tolist(), teacher[n][real].tolist()) for n in (0, 1)
    ]
    found = hidden_loss(tuple(student), tuple(teacher), real)
    assert float(found) == pytest.approx(sum(expected) / 2, rel=1e-5)


def test_attention_is_compared_for_each_token_that_looks() -> None:
    import torch

    from compress.distillation import attention_loss

    student, teacher = pair(4, 1, 2, 3, 4, 5)  # layers, rows, heads, from, to
    real = torch.tensor([[True, True, True, False], [True, False, False, False]])
    student[0][~real.unsqueeze(1).expand(2, 3, 4)] = FAR
    chosen = [(0, 0), (0, 1), (0, 2), (1, 0)]
    ours = [student[0][row, head, at].tolist() for row, at in chosen for head in range(3)]
    theirs = [teacher[0][row, head, at].tolist() for row, at in chosen for head in range(3)]
    found = attention_loss(tuple(student), tuple(teacher), real)
    assert float(found) == pytest.approx(naive.row_square(ours, theirs), rel=1e-5)


def outputs(seed: int) -> SimpleNamespace:
    """What a model returns for two rows of four tokens of bill and three of summary."""
    import torch

    source = torch.Generator().manual_seed(seed)

    def some(*shape: int) -> Any:
        return tuple(torch.randn(2, *shape, generator=source))

    return SimpleNamespace(
        logits=some(3, 5)[0].expand(2, 3, 5).clone(),
        encoder_hidden_states=some(2, 4, 6), decoder_hidden_states=some(2, 3, 6),
        encoder_attentions=some(2, 2, 4, 4), decoder_attentions=some(2, 2, 3, 3),
        cross_attentions=some(2, 2, 3, 4), encoder_last_hidden_state=torch.zeros(2, 4, 6),
    )  # fmt: skip


def test_the_parts_are_weighted_and_added() -> None:
    import torch

    from compress.distillation import distillation_loss

    student, teacher = outputs(1), outputs(2)
    labels = torch.tensor([[4, 3, -100], [2, -100, -100]])
    bill = torch.tensor([[1, 1, 1, 0], [1, 1, 0, 0]])

    def loss(soft: float, hidden: float, attention: float, mask: Any = bill) -> float:
        settings = Distill(soft, 2.0, hidden, attention)
        return float(distillation_loss(student, teacher, labels, settings, mask))

    single = loss(0.5, 0, 0), loss(0, 2, 0), loss(0, 0, 3)
    assert min(single) > 0
    assert loss(0.5, 2, 3) == pytest.approx(sum(single), rel=1e-5)
    assert loss(1, 0, 0) == pytest.approx(2 * single[0], rel=1e-5)
    assert loss(0, 0, 0) == 0
    assert loss(0, 2, 0, None) == pytest.approx(loss(0, 2, 0, torch.ones(2, 4)))
    for each in (student, teacher):
        for states in each.encoder_hidden_states:
            states[bill == 0] = FAR if each is student else -FAR
        for states in each.decoder_hidden_states:
            states[labels == -100] = FAR if each is student else -FAR
    assert (loss(0.5, 0, 0), loss(0, 2, 0), loss(0, 0, 3)) == single


def test_a_teacher_is_needed_where_anything_is_learned_from_it() -> None:
    from compress.distillation import extra_outputs, needs_teacher

    assert not needs_teacher(Distill())
    for settings in (Distill(0.5), Distill(hidden_weight=1.0), Distill(attention_weight=1.0)):
        assert needs_teacher(settings)
    assert extra_outputs(Distill(0.5)) == {
        "output_hidden_states": False, "output_attentions": False,
    }  # fmt: skip


def test_a_real_model_returns_all_that_is_compared() -> None:
    import torch

    from compress.batches import collated, encoded
    from compress.distillation import distillation_loss, extra_outputs
    from compress.training import show_attention

    settings = Distill(0.5, 2.0, 1.0, 1.0)
    examples = encoded(small_course.tokenizer(), small_course.bills(3), small_course.DATA)
    batch = collated(examples, 0)
    models = small_course.model(0), small_course.model(1)
    answers = []
    for model in models:
        show_attention(model)
        answers.append(model(**batch, **extra_outputs(settings)))
    found = distillation_loss(*answers, batch["labels"], settings, batch["attention_mask"])
    found.backward()
    assert torch.isfinite(found)
    assert found > 0
    same = distillation_loss(
        answers[0], answers[0], batch["labels"], settings, batch["attention_mask"]
    )
    assert float(same.detach()) == pytest.approx(0, abs=1e-5)
