"""What a sweep keeps: a sweep that was stopped goes on, and other settings begin anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from compress.settings import Data, Settings, Student, Sweep
from compress.trials import Attempt, Table, Trial

ONE = Trial(Attempt("wanda", 0.3), 0.29997, 0.0512, 36.5, 61.25)
OTHER = Trial(Attempt("wanda", 0.3, "", "cubic", 200), 0.3, 0.19, 36.5, 300.5)
TAUGHT = Trial(Attempt("lamp", 0.5, "2:4", "one-shot", 150, 0.5), 0.501, 0.2, 48.0, 31.0)


def test_what_is_added_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    table = Table(path, Settings())
    assert table.trials == {}
    table.add(ONE)
    table.add(OTHER)
    table.add(TAUGHT)
    known = {each.attempt: each for each in (ONE, OTHER, TAUGHT)}
    assert Table(path, Settings()).trials == known
    assert path.read_text("utf-8").count("\n") == 4


@pytest.mark.parametrize("text", ["", "settings,method\n", "settings,method\na,b\n"])
def test_the_table_of_an_earlier_template_is_begun_anew(text: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    table = Table(path, Settings())
    assert table.trials == {}
    table.add(ONE)
    assert Table(path, Settings()).trials == {ONE.attempt: ONE}
    assert path.read_text("utf-8").count("\n") == 2


@pytest.mark.parametrize(
    ("settings", "known"),
    [
        (replace(Settings(), data=Data(input_tokens=512)), False),
        (replace(Settings(), sweep=Sweep(evaluate_rows=8)), False),
        (replace(Settings(), sweep=Sweep(methods=("lamp",), ratios=(0.1,))), True),
        (replace(Settings(), sweep=Sweep(patterns=("2:4",), distill_weights=(0.5,))), True),
        (replace(Settings(), student=Student("9900940", "A")), True),
    ],
)
def test_other_settings_begin_anew_and_what_is_tried_is_none(
    settings: Settings, known: bool, tmp_path: Path
) -> None:
    Table(tmp_path / "table.csv", Settings()).add(ONE)
    assert (ONE.attempt in Table(tmp_path / "table.csv", settings).trials) == known


def test_a_write_that_is_cut_off_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    table = Table(path, Settings())
    table.add(ONE)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        table.add(OTHER)
    monkeypatch.undo()
    again = Table(path, Settings())
    assert again.trials == {ONE.attempt: ONE}
    again.add(OTHER)
    assert Table(path, Settings()).trials == {ONE.attempt: ONE, OTHER.attempt: OTHER}


def test_all_is_forgotten(tmp_path: Path) -> None:
    table = Table(tmp_path / "table.csv", Settings())
    table.add(ONE)
    table.forget()
    assert table.trials == {}
    assert list(tmp_path.iterdir()) == []


def test_a_trial_in_one_line() -> None:
    assert ONE.told() == "wanda to 0.3, trained: no: score 0.0512, 61 s"
    assert OTHER.told() == "wanda to 0.3, trained: 200 steps, cubic: score 0.1900, 300 s"
    assert TAUGHT.told() == (
        "lamp to 2:4, trained: 150 steps, one-shot, distilled 0.5: score 0.2000, 31 s"
    )
