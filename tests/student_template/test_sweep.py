"""A sweep tries methods, ratios, patterns and distillation, each in the same few ways."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from compress.settings import Distill, Settings, SettingsError, Sweep
from compress.trials import Attempt
from tests.student_template import small_course
from tests.student_template.small_course import settings_in

pytestmark = [
    pytest.mark.torch,
    # The last matplotlib for Python 3.9 uses old names of a newer pyparsing.
    pytest.mark.filterwarnings("ignore:.* deprecated - use:DeprecationWarning"),
]

CUBIC = Sweep(
    methods=("magnitude", "wanda"), ratios=(0.5, 0.3), schedules=("cubic",), train_steps=2,
    evaluate_rows=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("student")
    small_course.write_course(home)
    return home


def rows_of(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "table.csv").read_text("utf-8").splitlines()))


def planned(**sweep: object) -> list[Attempt]:
    from compress.sweep import planned as plan

    return plan(replace(Settings(), sweep=replace(Sweep(), **sweep)))  # type: ignore[arg-type]


def test_all_is_tried_and_a_sweep_goes_on_with_what_is_missing(home: Path, tmp_path: Path) -> None:
    from compress.sweep import sweep

    first = replace(settings_in(home), sweep=replace(CUBIC, methods=("magnitude",)))
    sweep(first, tmp_path / "sweep", fresh=False)
    before = (tmp_path / "sweep" / "table.csv").read_text("utf-8")
    sweep(replace(first, sweep=CUBIC), tmp_path / "sweep", fresh=False)
    assert (tmp_path / "sweep" / "table.csv").read_text("utf-8").startswith(before)
    rows = rows_of(tmp_path / "sweep")
    assert [(each["method"], each["ratio"], each["train_steps"]) for each in rows] == [
        (method, ratio, steps)
        for method in ("magnitude", "wanda")
        for ratio in ("0.5", "0.3")
        for steps in ("0", "2")
    ]
    assert all(float(each["counted_ratio"]) <= float(each["ratio"]) for each in rows)
    text = (tmp_path / "sweep" / "table.txt").read_text("utf-8")
    for level in ("the released model", "first 20 words of the bill", "one sentence for every"):
        assert level in text
    assert (tmp_path / "sweep" / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_patterns_and_distillation_stand_in_the_same_table(home: Path, tmp_path: Path) -> None:
    from compress.sweep import sweep

    tried = replace(
        CUBIC, methods=("magnitude",), ratios=(0.3,), patterns=("1:4",), train_steps=4,
        distill_weights=(0.0, 0.5),
    )  # fmt: skip
    sweep(replace(settings_in(home), sweep=tried), tmp_path / "sweep", fresh=False)
    rows = rows_of(tmp_path / "sweep")
    names = ("pattern", "schedule", "train_steps", "distill_weight")
    assert [tuple(each[name] for name in names) for each in rows] == [
        ("", "one-shot", "0", "0.0"),
        ("", "cubic", "4", "0.0"),
        ("", "cubic", "3", "0.5"),
        ("1:4", "one-shot", "0", "0.0"),
        ("1:4", "one-shot", "4", "0.0"),
        ("1:4", "one-shot", "3", "0.5"),
    ]
    # A quarter of every matrix, and what is never pruned; training lets no zero go.
    (ratio,) = {each["counted_ratio"] for each in rows if each["pattern"]}
    assert 0.25 < float(ratio) < 0.28
    text = (tmp_path / "sweep" / "table.txt").read_text("utf-8")
    assert "score    ratio    MB packed    seconds" in text
    for way in ("4 steps, cubic", "3 steps, cubic, distilled 0.5", "3 steps, one-shot, distilled"):
        assert way in text


def test_a_pattern_is_pruned_at_once_by_the_methods_that_differ_in_it() -> None:
    found = planned(patterns=("2:4",), train_steps=100)
    assert [each for each in found if each.pattern] == [
        Attempt(method, 0.5, "2:4", "one-shot", steps)
        for method in ("magnitude", "wanda", "sparsegpt")
        for steps in (0, 100)
    ]
    assert len(found) == 5 * 4 * 3 + 6


def test_a_distilled_attempt_costs_what_a_plain_one_does() -> None:
    found = planned(
        methods=("lamp",), ratios=(0.2,), schedules=("cubic",), train_steps=100,
        distill_weights=(0.0, 0.5, 1.0),
    )  # fmt: skip
    assert [(each.train_steps, each.distill_weight) for each in found] == [
        (0, 0.0), (100, 0.0), (75, 0.5), (75, 1.0),
    ]  # fmt: skip


def test_without_training_nothing_is_distilled() -> None:
    found = planned(train_steps=0, methods=("wanda",), distill_weights=(0.0, 0.5))
    assert found == [Attempt("wanda", ratio) for ratio in (0.5, 0.3, 0.2, 0.1)]


def test_an_attempt_is_what_prune_would_make() -> None:
    from compress.sweep import settings_of

    given = replace(Settings(), distill=Distill(weight=0.3, temperature=4.0, hidden_weight=1.0))
    plain = settings_of(Attempt("wanda", 0.5, "2:4", "one-shot", 60), given)
    assert (plain.prune.method, plain.prune.pattern) == ("wanda", "2:4")
    assert (plain.prune.schedule, plain.recover.train_steps) == ("one-shot", 60)
    assert plain.distill == Distill()
    taught = settings_of(Attempt("wanda", 0.2, "", "cubic", 45, 0.5), given)
    assert (taught.prune.ratio, taught.prune.pattern, taught.prune.schedule) == (0.2, "", "cubic")
    assert taught.distill == Distill(weight=0.5, temperature=4.0, hidden_weight=1.0)


def test_a_sweep_of_nothing_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    from compress.sweep import sweep

    wanted = Sweep(methods=("lamp",), ratios=(), patterns=("2:4",))
    with pytest.raises(SettingsError, match=r"\[sweep\] names nothing to try"):
        sweep(replace(Settings(), sweep=wanted), tmp_path / "sweep", fresh=False)
    assert not (tmp_path / "sweep").exists()
