"""The weights handed in and the released ones take turns, the likelier settings of both first."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from grader.rerun.clean_room.program import _Clock
from grader.rerun.clean_room.proving import Proving
from tests.grader.rerun.clean_room.small import ROWS, ask, course, pruned, write_texts
from tests.rerun_course import tiny

OTHERS = Proving.others


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The course, with the weights of the released model."""
    made = course(tmp_path / "course")
    tiny.released_model().save_pretrained(made)
    return made


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models whose less likely settings were looked through, by their folders."""
    asked: list[str] = []

    def others(self: Any) -> None:
        asked.append(self._places.model.name)
        OTHERS(self)

    monkeypatch.setattr(Proving, "others", others)
    return asked


@pytest.mark.torch
def test_texts_of_the_released_model_are_found_before_unlikely_settings_are_tried(
    folder: Path, tmp_path: Path, rounds: list[str]
) -> None:
    pruned().save_pretrained(tmp_path / "model")
    texts = write_texts(tiny.released_model(), folder, max_length=20)
    proof = ask(tmp_path / "model", folder, texts, and_released=True)
    assert proof.released is not None
    assert proof.released.agreed is not None
    assert proof.agreed is None
    assert rounds == []
    assert proof.why == "none of the likeliest settings gave the submitted texts"
    assert proof.tried[-1] == (
        "less likely settings were left out: the released model gave the texts with"
        " max_length 20, beams 1"
    )


@pytest.mark.torch
def test_unlikely_settings_of_the_weights_handed_in_are_found_after_both_first_rounds(
    folder: Path, tmp_path: Path, rounds: list[str]
) -> None:
    model = pruned()
    model.save_pretrained(tmp_path / "model")
    ends = {"length_penalty": 2.0, "early_stopping": True}
    texts = write_texts(model, folder, max_length=20, num_beams=10, **ends)
    proof = ask(tmp_path / "model", folder, texts, and_released=True)
    assert proof.agreed is not None
    assert proof.agreed.settings.beams >= 8
    assert (proof.released, rounds) == (None, ["model"])


@pytest.mark.torch
def test_where_both_models_fit_the_weights_handed_in_count(
    folder: Path, tmp_path: Path, rounds: list[str]
) -> None:
    """The released folder names settings that are in no grid; the one handed in names none."""
    tiny.released_model().save_pretrained(tmp_path / "model")
    (tmp_path / "model" / "generation_config.json").unlink()
    named = {"num_beams": 7, "max_length": 33, "length_penalty": 0.3}
    (folder / "generation_config.json").write_text(json.dumps(named), encoding="utf-8")
    # Only what the search over the grid can't do is of interest here.
    texts = write_texts(
        tiny.released_model(), folder, max_length=33, num_beams=7, length_penalty=0.3
    )
    proof = ask(tmp_path / "model", folder, texts, and_released=True)
    assert proof.agreed is not None
    assert proof.agreed.equal == ROWS
    assert (proof.released, rounds) == (None, [])


@pytest.mark.torch
def test_texts_of_neither_are_looked_for_with_all_settings_of_both(
    folder: Path, tmp_path: Path, rounds: list[str]
) -> None:
    pruned().save_pretrained(tmp_path / "model")
    texts = write_texts(tiny.released_model(seed=5), folder, max_length=20)
    proof = ask(tmp_path / "model", folder, texts, and_released=True)
    assert (proof.agreed, proof.best) == (None, None)
    assert proof.why == "no settings gave the submitted texts"
    assert proof.released is not None
    assert proof.released.why == proof.why
    assert rounds == ["model", "course"]


@pytest.mark.torch
def test_no_time_for_one_takes_none_from_the_other(folder: Path, tmp_path: Path) -> None:
    tiny.released_model(seed=1).save_pretrained(tmp_path / "model")
    texts = write_texts(tiny.released_model(), folder, max_length=20)
    proof = ask(tmp_path / "model", folder, texts, seconds=0, and_released=True)
    assert proof.released is not None
    for each in (proof, proof.released):
        assert each.why == "the time for it, 0 seconds, was over"


def test_a_clock_counts_only_what_is_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    clock = _Clock(10.0, spent_seconds=4.0)
    now[0] += 100
    assert not clock.expired()
    with clock:
        now[0] += 6
        assert not clock.expired()
        now[0] += 1
        assert clock.expired()
    assert clock.expired()
    other = _Clock(10.0)
    with other:
        now[0] += 9
    now[0] += 100
    with other:
        assert not other.expired()
        now[0] += 2
        assert other.expired()
