"""The guide's thresholds are those of the rules, and its colours can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.integrity.showing.html_frame import STYLE
from grader.settings import load_grading
from tests.grader.integrity.showing import made
from tests.write_docs import DOCS
from validators.rules import load_rules

GUIDE = (DOCS / "guides" / "integrity" / "README.md").read_text(encoding="utf-8")
NAMES = {"datasets", "training_splits", "models", "tokenizers", "parts"}


def test_the_thresholds_of_the_guide_are_those_of_the_rules() -> None:
    rules = dict(made.evidence().rules)
    told: dict[str, str] = {}
    for keys, values in re.findall(r"^\| (`[a-z]+\..*?) \| ([\d., ]+) \|", GUIDE, re.MULTILINE):
        told.update(zip(re.findall(r"`(.*?)`", keys), values.split(", ")))
    assert told == {
        key: value for key, value in rules.items() if key.rpartition(".")[2] not in NAMES
    }


def test_the_settings_in_the_guide_are_accepted(tmp_path: Path) -> None:
    text, _ = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    for name in re.findall(r'"([^"]+)"', text):
        (tmp_path / "course" / name).mkdir(parents=True)
    (tmp_path / "course" / "grading.toml").write_text(text, encoding="utf-8")
    settings = load_grading(tmp_path / "course" / "grading.toml")
    assert settings.inspect.base_code == ("tutorial/", "lecture7.ipynb")
    assert dict(settings.inspect.known_models) == {"t5-small": "models/t5-small"}
    assert settings.kaggle.snapshots == "snapshots"


def test_the_rules_in_the_guide_are_accepted(tmp_path: Path) -> None:
    _, text = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    path = tmp_path / "competition.toml"
    path.write_text(f'extends = "hw4"\n{text}', encoding="utf-8")
    assert load_rules(path).inspect == load_rules(None).inspect


def luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(2 * each for each in colour[1:])
    parts = [int(full[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * p for share, p in zip((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("front", ["text", "soft", "link"])
@pytest.mark.parametrize("back", ["back", "hit", "head"])
def test_every_text_stands_out_from_what_is_behind_it(theme: int, front: str, back: str) -> None:
    colours = {name: re.findall(rf"--{name}: (#\w+);", STYLE)[theme] for name in (front, back)}
    dark, light = sorted(map(luminance, colours.values()))
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # what WCAG asks of ordinary text


def test_no_word_of_the_guide_says_guilt() -> None:
    assert not re.findall(r"plagiar|cheat|copied from another|stole", GUIDE, re.IGNORECASE)
