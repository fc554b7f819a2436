"""Distillation: the pruned model learns from the released model's answers, not from labels alone.

Hinton et al., "Distilling the Knowledge in a Neural Network" (2015). A label says which word was
right. The teacher's answer says more: how likely each other word was. Both answers are softened by
a temperature before they are compared. The loss is multiplied by the temperature's square, so that
its gradients stay as large as those of the labels.

A pruned model has the shape of its teacher. So what lies between can be compared as well, layer by
layer and without any adapter: hidden states and attention maps, as Jiao et al., "TinyBERT" (2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import torch
from torch import Tensor
from torch.nn import functional

from compress.batches import NO_LABEL
from compress.settings import Distill


def needs_teacher(settings: Distill) -> bool:
    """Whether anything is learned from the released model."""
    return max(settings.weight, settings.hidden_weight, settings.attention_weight) > 0


def extra_outputs(settings: Distill) -> dict[str, bool]:
    """What both models must be asked for, besides their answers."""
    return {
        "output_hidden_states": settings.hidden_weight > 0,
        "output_attentions": settings.attention_weight > 0,
    }


def distillation_loss(
    student: Any,
    teacher: Any,
    labels: Tensor,
    settings: Distill,
    attention_mask: Optional[Tensor] = None,
) -> Tensor:
    """How far the student's output is from the teacher's, weighted as the settings say.

    Both are what the model returned for the same batch. Padding is left out: in the summaries by
    `labels`, in the bills by `attention_mask`.
    """
    summary = labels != NO_LABEL
    loss = torch.zeros((), device=labels.device)
    if settings.weight > 0:
        soft = soft_target_loss(student.logits, teacher.logits, summary, settings.temperature)
        loss = loss + settings.weight * soft
    if settings.hidden_weight <= 0 and settings.attention_weight <= 0:
        return loss
    if attention_mask is None:
        attention_mask = torch.ones(student.encoder_last_hidden_state.shape[:2])
    bill = attention_mask.to(labels.device).bool()
    if settings.hidden_weight > 0:
        loss = loss + settings.hidden_weight * _hidden(student, teacher, bill, summary)
    if settings.attention_weight > 0:
        loss = loss + settings.attention_weight * _attention(student, teacher, bill, summary)
    return loss


def soft_target_loss(student: Tensor, teacher: Tensor, real: Tensor, temperature: float) -> Tensor:
    """The Kullback-Leibler divergence of the softened answers, as a mean over the real tokens."""
    ours = functional.log_softmax(student[real].float() / temperature, dim=-1)
    theirs = functional.log_softmax(teacher[real].float() / temperature, dim=-1)
    divergence = functional.kl_div(ours, theirs, reduction="batchmean", log_target=True)
    return divergence * temperature**2


def hidden_loss(student: Sequence[Tensor], teacher: Sequence[Tensor], real: Tensor) -> Tensor:
    """The mean squared difference of hidden states at real tokens, as a mean over the layers."""
    parts = [
        functional.mse_loss(ours[real].float(), theirs[real].float())
        for ours, theirs in zip(student, teacher)
    ]
    return torch.stack(parts).mean()


def attention_loss(student: Sequence[Tensor], teacher: Sequence[Tensor], real: Tensor) -> Tensor:
    """The squared difference of what each real token looks at, as a mean over heads and layers.

    It is summed over what is looked at: in a long bill each share is small.
    """
    parts = [
        # batch, heads, from, to: the heads go last, so that `real` chooses whom it is from.
        (ours.float() - theirs.float()).square().sum(-1).transpose(1, 2)[real].mean()
        for ours, theirs in zip(student, teacher)
    ]
    return torch.stack(parts).mean()


def _hidden(student: Any, teacher: Any, bill: Tensor, summary: Tensor) -> Tensor:
    encoder = hidden_loss(student.encoder_hidden_states, teacher.encoder_hidden_states, bill)
    decoder = hidden_loss(student.decoder_hidden_states, teacher.decoder_hidden_states, summary)
    return (encoder + decoder) / 2


def _attention(student: Any, teacher: Any, bill: Tensor, summary: Tensor) -> Tensor:
    encoder = attention_loss(student.encoder_attentions, teacher.encoder_attentions, bill)
    decoder = attention_loss(student.decoder_attentions, teacher.decoder_attentions, summary)
    cross = attention_loss(student.cross_attentions, teacher.cross_attentions, summary)
    return (encoder + decoder + cross) / 3
