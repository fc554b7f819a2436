"""Giving up early finds the same settings as writing every text to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional

import pytest

from grader.rerun.clean_room.searching import Search
from grader.rerun.records import Settings
from tests.grader.rerun.clean_room.small import ask, bills, course, write_texts
from tests.rerun_course import tiny

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, with the weights of the released model."""
    made = course(tmp_path_factory.mktemp("course"))
    tiny.released_model().save_pretrained(made)
    return made


def asked(settings: Settings) -> dict[str, Any]:
    """The settings as generate takes them."""
    ends = {"length_penalty": settings.length_penalty, "early_stopping": settings.early_stopping}
    return {
        "max_length": settings.max_length,
        "num_beams": settings.beams,
        "no_repeat_ngram_size": settings.no_repeat_ngram,
        **(ends if settings.beams > 1 else {}),
    }


GRID = (
    Settings(20, 1, 2),
    Settings(20, 2, 0, 1.0, True),
    Settings(20, 4, 0, 2.0, True),
    Settings(20, 4, 3),
    Settings(20, 5, 0, 2.0, True),
    Settings(20, 8),
    Settings(20, 10, 0, 1.0, True),
)


@pytest.mark.parametrize("settings", GRID, ids=str)
def test_every_deterministic_setting_is_still_found(settings: Settings, folder: Path) -> None:
    texts = write_texts(tiny.released_model(), folder, **asked(settings))
    proof = ask(folder, folder, texts, and_released=True)
    assert proof.agreed is not None, proof
    assert list(proof.agreed.texts) == texts
    # Another setting may write the same texts; it has to be one that does.
    if proof.agreed.settings != settings:
        assert write_texts(tiny.released_model(), folder, **asked(proof.agreed.settings)) == texts


def searched(texts: list[str], folder: Path, whole: bool) -> list[Optional[Settings]]:
    """What becomes of every sixth setting of the grid; `whole` writes all texts to their ends."""
    from grader.rerun.clean_room import generating

    class Whole(generating.Writer):
        def follow(
            self, inputs: Any, settings: Settings, hopeless: Callable[[Any], bool]
        ) -> list[Optional[tuple[int, ...]]]:
            return [*self.write(inputs, settings)]

    tokenizer = generating.tokenizer_in(folder)
    made = Whole if whole else generating.Writer
    search = Search(made(tiny.released_model(), tokenizer, lambda: False), bills(), texts)
    found: list[Optional[Settings]] = []
    for settings in search.trials()[:90:6]:
        passed_over = not whole and search._shown.rules_out(settings, search._allowed)
        found.append(None if passed_over else search.settled(settings))
    return found


def test_no_answer_differs_from_that_of_whole_texts(folder: Path) -> None:
    untouched = write_texts(tiny.released_model(), folder, **asked(Settings(20, 4)))
    texts = [*untouched]
    # Some rows are edited late, so that rows are lost at any place, and more than may differ.
    for row in range(0, len(texts), 2):
        texts[row] = texts[row][: len(texts[row]) * (row + 3) // len(texts)]
    given_up, whole = (searched(texts, folder, each) for each in (False, True))
    assert given_up == whole
    assert searched(untouched, folder, False) == searched(untouched, folder, True)
