"""The summaries are those of one bill after the other, whatever stands beside it in a batch."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from compress.settings import Data, Predict
from tests.student_template import small_course
from tests.student_template.small_course import bills, tokenizer

pytestmark = pytest.mark.torch

DATA = Data(input_tokens=90)
SETTINGS = [
    Predict(max_length=24, no_repeat_ngram_size=0),
    Predict(max_length=24, no_repeat_ngram_size=3),
    Predict(max_length=16, no_repeat_ngram_size=2, num_beams=3),
    Predict(max_length=16, no_repeat_ngram_size=0, num_beams=4, batch_tokens=1200),
    Predict(max_length=8, batch_tokens=1),
]


def texts() -> list[str]:
    """Bills of unlike length, one of them empty, one cut, two the same."""
    some = [bill.text for bill in bills()[:8]]
    return ["", some[0][:40], *some, some[3], "Water.", some[1] * 3]


@functools.cache
def naive(settings: Predict) -> list[str]:
    """One bill after the other, as the first page of every tutorial has it."""
    import torch

    model, found = small_course.model(), []
    for text in texts():
        given = tokenizer()(
            DATA.prefix + text, max_length=DATA.input_tokens, truncation=True, return_tensors="pt"
        )
        with torch.no_grad():
            tokens = model.generate(
                **given, max_length=settings.max_length, num_beams=settings.num_beams,
                no_repeat_ngram_size=settings.no_repeat_ngram_size, do_sample=False,
            )  # fmt: skip
        found.append(tokenizer().decode(tokens[0], skip_special_tokens=True))
    return found


def written(model: Any, settings: Predict, kept: Any = None, progress: Any = None) -> list[str]:
    from compress.generation import write_summaries

    return write_summaries(model, tokenizer(), texts(), DATA, settings, kept, progress)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_the_texts_are_those_of_the_naive_loop(settings: Predict) -> None:
    model = small_course.model()
    expected = naive(settings)
    assert len(set(expected)) >= len(texts()) - 2  # else the comparison would say little
    assert written(model, settings) == expected
    assert written(model, settings) == expected


def test_neither_dropout_nor_a_checkpoints_own_settings_count_and_both_are_left_as_they_were() -> (
    None
):
    from transformers import GenerationConfig

    model = small_course.model()
    expected = written(model, SETTINGS[1])
    own = GenerationConfig(
        max_new_tokens=2, do_sample=True, num_beams=2, repetition_penalty=3.0,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    )  # fmt: skip
    model.generation_config = own
    model.train()
    assert written(model, SETTINGS[1]) == expected
    assert model.training
    assert model.generation_config is own


@pytest.mark.parametrize("beams", [1, 4])
def test_memory_has_a_bound_that_counts_the_beams_and_what_is_written(
    beams: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, shapes = small_course.model(), []
    real = model.generate

    def watched(**asked: Any) -> Any:
        shapes.append(asked["encoder_outputs"].last_hidden_state.shape)
        return real(**asked)

    monkeypatch.setattr(model, "generate", watched)
    settings = Predict(max_length=10, num_beams=beams, batch_tokens=800)
    written(model, settings)
    sizes = [rows * beams * (length + settings.max_length) for rows, length, _ in shapes]
    assert all(size <= 800 for size in sizes)
    assert max(sizes) > 400
    assert sum(rows for rows, _, _ in shapes) == len(texts())


class Killed(Exception):
    """Stands for the moment at which the program is killed."""


def killed_after(path: Path, batches: int) -> Any:
    """What keeps finished rows, and ends the run after so many batches."""
    from compress.resuming import Kept

    class Killing(Kept):
        left = batches

        def add(self, rows: Any) -> None:
            if not self.left:
                raise Killed
            self.left -= 1
            super().add(rows)

    return Killing(path, "digest")


def test_a_run_that_is_killed_after_any_batch_goes_on_to_the_same_texts(tmp_path: Path) -> None:
    from compress.resuming import Kept

    settings = Predict(max_length=6, batch_tokens=200)
    model = small_course.model()
    expected = written(model, settings)
    path = tmp_path / "rows"
    for batches in range(5):
        with pytest.raises(Killed):
            written(model, settings, killed_after(path, batches))
        kept = Kept(path, "digest")
        before = len(kept.rows)
        assert bool(before) == bool(batches)
        made = Counting(model)
        assert written(made, settings, kept) == expected
        assert made.rows == len(texts()) - before
        assert written(made, settings, Kept(path, "digest")) == expected
        assert made.rows == len(texts()) - before  # nothing was written again
        path.unlink()


class Counting:
    """A model that counts the rows it writes."""

    def __init__(self, model: Any) -> None:
        self.__dict__.update(model=model, rows=0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def __setattr__(self, name: str, value: Any) -> None:
        target = self.__dict__ if name == "rows" else self.model.__dict__
        target[name] = value

    def generate(self, **asked: Any) -> Any:
        self.rows += len(asked["attention_mask"])
        return self.model.generate(**asked)


def test_progress_is_told_batch_by_batch() -> None:
    from compress.progress import Progress

    seen = []

    class Seeing(Progress):
        def begin(self, title: str, steps: int, done: int = 0) -> None:
            seen.append((title, steps))

        def show(self, done: int, **figures: float) -> None:
            seen.append(("", done))

    written(small_course.model(), Predict(max_length=6, batch_tokens=600), None, Seeing(None))
    assert seen[0] == ("predicting", len(texts()))
    assert seen[-1] == ("", len(texts()))
    assert len(seen) > 3
    assert [done for _, done in seen[1:]] == sorted(done for _, done in seen[1:])


def test_no_rows_give_no_texts() -> None:
    from compress.generation import write_summaries

    assert write_summaries(small_course.model(), tokenizer(), [], DATA, Predict()) == []
