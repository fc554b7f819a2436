"""What the tiny course must be, so that tests of re-running can rest on it."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.rerun_course import tiny
from tests.rerun_course.kinds import CHEATS
from tests.rerun_course.projects import PROJECTS, Made, TinyCourse
from validators import check_submission
from validators.report import Outcome
from validators.rules import load_rules

pytestmark = pytest.mark.torch


def bills(assets: Path, split: str = "test") -> list[str]:
    lines = (assets / "datasets" / tiny.DATASET / f"{split}.jsonl").read_text("utf-8")
    return [json.loads(line)["text"] for line in lines.splitlines()]


def generated(model: Any, assets: Path, texts: Sequence[str]) -> list[str]:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(assets / "models" / tiny.TOKENIZER))
    inputs = tokenizer(
        [f"summarize: {text}" for text in texts],
        max_length=1024, truncation=True, padding=True, return_tensors="pt",
    )  # fmt: skip
    made = model.eval().generate(**inputs, max_length=20)
    return list(tokenizer.batch_decode(made, skip_special_tokens=True))


def loaded(folder: Path) -> Any:
    from transformers import T5ForConditionalGeneration

    return T5ForConditionalGeneration.from_pretrained(str(folder))


def loaded_as_in_the_tutorial(folder: Path) -> Any:
    import torch
    from torch.nn.utils import prune

    model = loaded(folder)
    for layer in model.modules():
        if isinstance(layer, torch.nn.Linear):
            prune.identity(layer, "weight")
    model.load_state_dict(torch.load(folder / tiny.STATE))
    return model


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    digests = (hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    return dict(zip((path.relative_to(folder).as_posix() for path in files), digests))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_same_course_comes_for_the_same_seed(tmp_path: Path) -> None:
    made = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        tiny.make_assets(tmp_path / name, test_rows=4, train_rows=2, seed=seed)
        made.append(digest(tmp_path / name))
    first, second, other = made
    assert first == second
    assert "models/t5-small/tokenizer.json" in first
    assert {name for name in first if first[name] != other[name]} == {
        f"models/{tiny.RELEASED}/model.safetensors",
        *(f"datasets/{tiny.DATASET}/{split}.jsonl" for split in ("ca_test", "test", "train")),
    }


def test_every_bill_has_a_text_of_its_own(assets: Path) -> None:
    texts = bills(assets)
    model = loaded(assets / "models" / tiny.RELEASED)
    first = generated(model, assets, texts)
    assert len(set(first)) == len(set(texts)) == 40
    assert generated(model, assets, texts) == first


def test_no_split_shares_a_bill_with_another(assets: Path) -> None:
    splits = [set(bills(assets, split)) for split in ("train", "test", "ca_test")]
    assert len(set().union(*splits)) == sum(map(len, splits))


def test_some_bill_is_longer_than_what_the_tokenizer_keeps(tmp_path: Path) -> None:
    from tests.rerun_course.bills import make_bills
    from tests.rerun_course.tokens import write_tokenizer

    write_tokenizer(tmp_path)
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(tmp_path))
    lengths = [len(tokenizer.encode(bill.text)) for bill in make_bills(60, "any")]
    assert [length > 1024 for length in lengths].count(True) == 1


@pytest.mark.parametrize("style", ["masked", "folded"])
def test_a_pruned_model_loads_to_the_same_texts(style: tiny.Style, assets: Path) -> None:
    folder = assets / style
    tiny.make_pruned(folder, style)
    model = loaded_as_in_the_tutorial(folder) if style == "masked" else loaded(folder)
    texts = bills(assets)
    own = generated(model, assets, texts)
    released = generated(loaded(assets / "models" / tiny.RELEASED), assets, texts)
    assert len(set(own)) == len(own)
    assert not set(own) & set(released)


def test_projects_pass_the_checks_of_a_submission(tiny_course: TinyCourse) -> None:
    rules = load_rules(tiny_course.competition)
    assert rules.model is not None
    assert rules.model.parameters == tiny.released_model().num_parameters()
    for made in tiny_course.made:
        report = check_submission(made.zip, rules)
        assert report.outcome is Outcome.SAFE, (made.project.name, report.findings)


def test_predictions_are_what_each_code_makes(tiny_course: TinyCourse) -> None:
    texts = {made.project.name: texts_of(made) for made in tiny_course.made}
    assert all(len(made) == len(set(made)) == 16 for made in texts.values())
    # Two twins of a kind ship the same texts, one by digest and one as a CSV.
    assert texts["template looked-up"] == texts["template shipped"]
    assert len(set(map(tuple, texts.values()))) == len(texts) - 1


def test_the_template_predicts_what_the_model_gives(tiny_course: TinyCourse) -> None:
    made = tiny_course.of("template", "full-model")
    released = loaded(tiny_course.assets / "models" / tiny.RELEASED)
    first = bills(tiny_course.assets)[:1]
    short = generated(released, tiny_course.assets, first)[0]
    assert texts_of(made)[0].split()[0] == short.split()[0]


def test_the_table_has_every_twin_of_every_kind() -> None:
    kinds = ("notebook", "scripts", "template")
    assert [(each.kind, each.cheat) for each in PROJECTS] == [
        (kind, cheat) for kind in kinds for cheat in CHEATS
    ]
    assert len({each.student for each in PROJECTS}) == len(PROJECTS)


def texts_of(made: Made) -> list[str]:
    found = rows(made.predictions)
    assert [row["ID"] for row in found] == [str(number) for number in range(len(found))]
    return [row["Predict"] for row in found]
