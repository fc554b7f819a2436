"""One optimizer step on a pruned model: what is zero stays exactly zero.

A gradient hook is not enough. AdamW (Loshchilov and Hutter, "Decoupled Weight Decay
Regularization", 2019) moves a weight by the momentum of earlier steps, and by weight decay, also
where the gradient is zero now. So the masks are applied after each step as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Optional

import torch
from torch import Tensor

from compress.batches import NO_LABEL
from compress.distillation import distillation_loss, extra_outputs, needs_teacher
from compress.masks import Masks
from compress.settings import Recover, Settings, SettingsError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

MAX_GRADIENT_NORM = 1.0
"""A longer gradient is cut to this length, so that one odd batch can't undo what was learned."""

_BF16_CAPABILITY = (8, 0)
"""From this generation on, NVIDIA's chips compute in bf16 by themselves; older ones imitate it."""


class TrainingError(SettingsError):
    """Training that makes no sense any more; the text says what to turn."""


def learning_rate(step: int, settings: Recover) -> float:
    """The learning rate of a step: up in a straight line, then down to zero in another."""
    up = (step + 1) / max(settings.warmup_steps, 1)
    down = (settings.train_steps - step) / max(settings.train_steps - settings.warmup_steps, 1)
    return settings.learning_rate * min(1.0, up, down)


def computed_in(precision: str, device: torch.device) -> Optional[torch.dtype]:
    """The number format of the products; None for 32 bits. Raises SettingsError.

    The weights themselves stay in 32 bits: Micikevicius et al., "Mixed Precision Training" (2018).
    T5 was trained in bf16 and overflows easily in fp16, so fp16 is never chosen by itself.
    """
    if precision == "auto":
        new = device.type == "cuda" and torch.cuda.get_device_capability(device) >= _BF16_CAPABILITY
        return torch.bfloat16 if new else None
    wanted = {"bf16": ("cuda", "cpu"), "fp16": ("cuda",)}.get(precision, (device.type,))
    if device.type not in wanted:
        told = f"recover.precision is {precision}, which needs {' or '.join(wanted)}"
        raise SettingsError(f'{told}; the device is {device.type}. Choose "auto".')
    return {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": None}[precision]


def widen(model: PreTrainedModel) -> None:
    """Let the last layer of each feed-forward block compute in 32 bits.

    There T5's values are largest: in fp16, which ends at 65,504, they become infinite.
    """
    for name, module in model.named_modules():
        if name.endswith(".wo"):
            module.forward = _in_32_bits(module.forward)


def _in_32_bits(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    def computed(values: Tensor) -> Tensor:
        with torch.autocast(values.device.type, enabled=False):
            return forward(values.float())

    return computed


class Trainer:
    """AdamW with everything that a step needs. The weights stay in 32 bits."""

    def __init__(
        self, model: PreTrainedModel, teacher: Optional[PreTrainedModel], settings: Settings
    ) -> None:
        self._model, self._teacher, self._settings = model, teacher, settings
        self._dtype = computed_in(settings.recover.precision, model.device)
        for each in (model,) if teacher is None else (model, teacher):
            if self._dtype is torch.float16:
                widen(each)
            if settings.distill.attention_weight > 0:
                show_attention(each)
        matrices = [each for each in model.parameters() if each.dim() > 1]
        others = [each for each in model.parameters() if each.dim() <= 1]
        # A norm's weights are around 1, not around 0: they are not to decay.
        groups: list[dict[str, Any]] = [
            {"params": matrices, "weight_decay": settings.recover.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=settings.recover.learning_rate)
        self.scaler = _scaler(self._dtype is torch.float16)

    def step(self, number: int, batches: Sequence[dict[str, Tensor]], masks: Masks) -> float:
        """Learn from the batches as if they were one, and return the loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(number, self._settings.recover)
        tokens = [int((batch["labels"] != NO_LABEL).sum()) for batch in batches]
        held = masks.hold(self._model)
        total = 0.0
        try:
            for batch, count in zip(batches, tokens):
                # Weighted by its tokens: then it doesn't matter how rows fell into batches.
                loss = self._loss(batch) * (count / sum(tokens))
                self.scaler.scale(loss).backward()
                total += float(loss.detach())
        finally:
            held.release()
        if not math.isfinite(total):
            told = f"The loss of step {number + 1} is {total}"
            raise TrainingError(f"{told}. Make recover.learning_rate smaller, or precision fp32.")
        self.scaler.unscale_(self.optimizer)
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), MAX_GRADIENT_NORM)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        masks.apply(self._model)
        return total

    def _loss(self, batch: dict[str, Tensor]) -> Tensor:
        distill = self._settings.distill
        batch = {name: values.to(self._model.device) for name, values in batch.items()}
        if self._teacher is None:
            with self._precision():
                loss: Tensor = self._model(**batch).loss
            return loss
        with self._precision():
            answer = self._model(**batch, **extra_outputs(distill))
            with torch.no_grad():
                taught = self._teacher(**batch, **extra_outputs(distill))
        labels, mask = batch["labels"], batch["attention_mask"]
        taught_loss = distillation_loss(answer, taught, labels, distill, mask)
        own: Tensor = answer.loss
        return (1 - distill.weight) * own + taught_loss

    def _precision(self) -> AbstractContextManager[Any]:
        if self._dtype is None:
            return nullcontext()
        return torch.autocast(self._model.device.type, dtype=self._dtype)


def teacher_for(settings: Settings, device: torch.device) -> Optional[PreTrainedModel]:
    """The released model on the same device; None where nothing is learned from it."""
    if not needs_teacher(settings.distill):
        return None
    from compress.models import load_model, moved

    teacher = load_model(settings.model.released)
    teacher.requires_grad_(False)
    return moved(teacher, device)


def show_attention(model: PreTrainedModel) -> None:
    """Make the model compute attention in the way that can return its maps."""
    choose = getattr(model, "set_attn_implementation", None)
    if choose is not None:  # older versions of transformers have only this way for T5
        choose("eager")


def _scaler(enabled: bool) -> Any:
    """Keeps the small gradients of fp16 from becoming zero; without fp16 it does nothing."""
    newer = getattr(torch.amp, "GradScaler", None)  # since PyTorch 2.3
    if newer is not None:
        return newer("cuda", enabled=enabled)
    return torch.cuda.amp.GradScaler(enabled=enabled)
