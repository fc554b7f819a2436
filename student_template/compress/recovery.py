"""Recovery: the weights that are left learn to do without the others.

Between pruning and training there are two ways. `one-shot` prunes once, before; here the model is
only trained. `iterative` and `cubic` (schedules.py) prune a little, train, and prune again: that
happens here, in the first 60 % of the steps, so that the final zeros are trained with as well.

T5's dropout is off. It keeps a large model from learning its few rows by heart; a pruned model has
too few weights left for that, and needs all of them. So nothing is left to chance but the order
of the rows, which the seed fixes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import torch
from torch import Tensor

from compress.batches import Example, collated, shuffled_batches, token_batches
from compress.bills import BillsError
from compress.calibration import Inputs, inputs_of
from compress.checkpoints import Checkpoint, load_checkpoint, run_digest, save_checkpoint
from compress.course import Course, scored
from compress.layers import layers, nonzero_count
from compress.masks import Masks
from compress.progress import Progress
from compress.pruning import CALIBRATED, prune
from compress.schedules import ratios
from compress.scoring import ScoringError
from compress.settings import Settings
from compress.training import Trainer, teacher_for

if TYPE_CHECKING:
    from transformers import PreTrainedModel

PRUNED_UNTIL = 0.6
"""The share of the steps after which the last pruning is done."""


def recover(
    model: PreTrainedModel,
    masks: Masks,
    course: Course,
    settings: Settings,
    folder: Path,
    progress: Progress,
) -> Masks:
    """Train the model in place, and return the masks of what is kept in the end.

    With a schedule it is pruned on the way, from the ratio that it has down to the settings'. A
    checkpoint of the same run in `folder` is gone on from.
    """
    with _no_chance(settings.model.seed):
        run = _Run(model, masks, course, settings, folder, progress)
        run.go()
    return run.masks


def calibrated(
    model: PreTrainedModel, course: Course, settings: Settings
) -> Optional[dict[str, Inputs]]:
    """What the layers see of the first training rows; None for a method that doesn't look."""
    method = settings.prune.method
    if method not in CALIBRATED:
        return None
    some = course.examples[: settings.prune.calibration_rows]
    order = token_batches([_length(each) for each in some], settings.recover.batch_tokens)
    batches = (collated([some[index] for index in batch], course.pad_id) for batch in order)
    return inputs_of(model, layers(model), batches, products=method == "sparsegpt")


def pruning_steps(settings: Settings, start: float) -> dict[int, float]:
    """Before which steps the model is pruned, and to which ratio; `start` is the one it has."""
    goal = settings.prune
    if goal.at_once:
        return {}
    if start <= goal.ratio:  # nothing to do on the way, but the zeros need their masks
        return {0: goal.ratio}
    found = ratios(goal.schedule, start, goal.ratio, goal.steps)
    last = int(PRUNED_UNTIL * settings.recover.train_steps)
    # Where two fall on one step, the later one counts: it goes further.
    return {last * number // max(len(found) - 1, 1): ratio for number, ratio in enumerate(found)}


@dataclass(frozen=True)
class _Best:
    """The best score on the validation rows, and after which step it was reached."""

    score: float
    step: int


class _Run:
    """One recovery, from where it stands to its end."""

    def __init__(
        self,
        model: PreTrainedModel,
        masks: Masks,
        course: Course,
        settings: Settings,
        folder: Path,
        progress: Progress,
    ) -> None:
        for number, bill in enumerate(course.train):
            if not bill.summary.strip():
                raise BillsError(f"Training row {number} has no summary to learn from.")
        self.masks = masks
        self._model, self._course, self._settings = model, course, settings
        self._folder, self._progress = folder, progress
        self._rows = course.validation[: settings.recover.evaluate_rows]
        masks.apply(model)
        self._prunings = pruning_steps(settings, self._ratio())
        self._trainer = Trainer(model, teacher_for(settings, model.device), settings)
        self._best: Optional[_Best] = None

    def go(self) -> None:
        """Train to the end."""
        settings, progress = self._settings.recover, self._progress
        self._model.eval()  # type: ignore[no-untyped-call] # no dropout
        digest = run_digest(self._model, self.masks, self._course.examples, self._settings)
        done = self._resumed(digest)
        progress.begin("training", settings.train_steps, done)
        progress.show(done, ratio=self._ratio())
        batches = self._batches(done)
        for step in range(done, settings.train_steps + 1):
            if step in self._prunings:
                self._prune(step)
            if step == settings.train_steps:
                break
            loss = self._trainer.step(step, next(batches), self.masks)
            figures = {"loss": loss}
            if self._due(step + 1, settings.evaluate_every):
                figures.update(self._evaluated(step + 1))
            progress.show(step + 1, **figures)
            if self._due(step + 1, settings.checkpoint_every):
                save_checkpoint(self._folder, digest, self._checkpoint(step + 1))
        progress.end()
        if self._best is not None and self._best.step < settings.train_steps:
            best = f"best score {self._best.score:.4f}, after step {self._best.step:,}"
            progress.note(f"{best}; what is saved is the model after the last step")

    def _due(self, done: int, every: int) -> bool:
        """Whether something is to be done after this step; after the last one it always is."""
        last = done == self._settings.recover.train_steps
        return every > 0 and (last or done % every == 0)

    def _batches(self, done: int) -> Iterator[list[dict[str, Tensor]]]:
        """For each step its batches, from the step on that comes next."""
        settings, examples = self._settings, self._course.examples
        lengths = [_length(example) for example in examples]
        size, several = settings.recover.batch_tokens, max(settings.recover.accumulate, 1)
        order = shuffled_batches(lengths, size, settings.model.seed)
        rest = islice(order, done * several, None)
        while True:
            yield [
                collated([examples[index] for index in batch], self._course.pad_id)
                for batch in islice(rest, several)
            ]

    def _prune(self, step: int) -> None:
        goal = self._prunings[step]
        inputs = calibrated(self._model, self._course, self._settings)
        self.masks = prune(self._model, self._settings.prune, goal, self._course.total, inputs)
        ratio = self._ratio()
        self._progress.note(f"step {step:,}: pruned to the ratio {ratio:.4f}")
        self._progress.show(step, ratio=ratio)

    def _evaluated(self, step: int) -> dict[str, float]:
        """The score on the validation rows; the best one is one of the final ratio."""
        if not self._rows:
            return {}
        try:
            found = scored(self._model, self._course, self._rows, self._settings)
        except ScoringError as trouble:
            self._progress.note(f"{trouble}")
            self._rows = ()
            return {}
        self._progress.note(
            f"step {step:,}: score {found:.4f} on {len(self._rows)} validation rows"
        )
        final = step > max(self._prunings, default=0)
        if final and (self._best is None or found > self._best.score):
            self._best = _Best(found, step)
        return {"score": found}

    def _ratio(self) -> float:
        return nonzero_count(self._model) / self._course.total

    def _checkpoint(self, step: int) -> Checkpoint:
        return Checkpoint(
            step=step,
            weights={name: value.detach() for name, value in self._model.named_parameters()},
            masks=dict(self.masks.by_layer),
            optimizer=self._trainer.optimizer.state_dict(),
            scaler=self._trainer.scaler.state_dict(),
            random=torch.get_rng_state(),
            best=[self._best.score, self._best.step] if self._best else [],
        )

    def _resumed(self, digest: str) -> int:
        """Go to where the last checkpoint stands, and return how many steps were done."""
        found = load_checkpoint(self._folder, digest)
        if found is None:
            return 0
        with torch.no_grad():
            for name, weight in self._model.named_parameters():
                weight.copy_(found.weights[name])
        device = self._model.device
        self.masks = Masks({name: mask.to(device) for name, mask in found.masks.items()})
        self._trainer.optimizer.load_state_dict(found.optimizer)
        self._trainer.scaler.load_state_dict(found.scaler)
        torch.set_rng_state(found.random)
        if found.best:
            self._best = _Best(found.best[0], int(found.best[1]))
        self._progress.note(f"goes on after step {found.step:,}")
        return found.step


def _length(example: Example) -> int:
    """What a row costs: the longer of the two texts."""
    return max(len(example.input_ids), len(example.labels))


@contextmanager
def _no_chance(seed: int) -> Iterator[None]:
    """Everything that may be computed in several ways is computed in one."""
    before = torch.are_deterministic_algorithms_enabled()
    warning = torch.is_deterministic_algorithms_warn_only_enabled()
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before, warn_only=warning)
