"""What is seen of the score while a model is trained: when it is looked at, and what is told."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.student_template import small_course
from tests.student_template.recovering import GRADUAL, run
from tests.student_template.small_course import SETTINGS, also, changed

pytestmark = pytest.mark.torch


def test_the_score_is_the_course_s_and_the_best_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compress import course as scoring
    from compress.progress import Progress

    scores = iter([0.9, 0.3, 0.5, 0.4])
    asked: list[tuple[int, list[str]]] = []

    def score(written: list[str], summaries: list[str]) -> float:
        asked.append((len(written), summaries))
        return next(scores)

    monkeypatch.setattr(scoring, "score", score)
    stream = io.StringIO()
    settings = also(
        GRADUAL, "recover", train_steps=8, accumulate=1, evaluate_every=2, evaluate_rows=2
    )
    run(settings, tmp_path, Progress(stream), validation=3)
    told = stream.getvalue()
    assert asked == [(2, [bill.summary for bill in small_course.bills()[:2]])] * 4
    assert "step 2: score 0.9000 on 2 validation rows" in told
    assert "score 0.4, " in told.splitlines()[-2]
    assert "ratio 0.3, " in told.splitlines()[-2]
    # After step 2 the model was not pruned to its end, so that score is no model's to hand in.
    best = "best score 0.5000, after step 6; what is saved is the model after the last step\n"
    assert told.endswith(best)


@pytest.mark.parametrize(("every", "looks"), [(0, []), (4, [4, 6]), (9, [6])])
def test_the_last_step_is_looked_at_unless_none_is(
    every: int, looks: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compress import course as scoring
    from compress.progress import Progress

    monkeypatch.setattr(scoring, "score", lambda *_: 0.5)
    stream = io.StringIO()
    settings = changed("recover", evaluate_every=every, evaluate_rows=2)
    run(settings, tmp_path, Progress(stream), validation=2)
    told = [line for line in stream.getvalue().splitlines() if "score 0.5000 on 2" in line]
    assert [line.partition(":")[0] for line in told] == [f"step {step}" for step in looks]


def test_without_the_metric_training_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compress.progress import Progress

    monkeypatch.setitem(sys.modules, "grader.metric", None)
    stream = io.StringIO()
    settings = changed("recover", evaluate_every=2, evaluate_rows=2)
    run(settings, tmp_path, Progress(stream), validation=3)
    assert stream.getvalue().count("pip install") == 1
    assert "training 6/6" in stream.getvalue()


def test_looking_at_the_score_changes_no_bit(tmp_path: Path) -> None:
    blind, _ = run(SETTINGS, tmp_path / "1")
    settings = changed("recover", evaluate_every=1, evaluate_rows=2)
    seeing, _ = run(settings, tmp_path / "2", validation=2)
    assert small_course.same(small_course.weights(blind), small_course.weights(seeing))
