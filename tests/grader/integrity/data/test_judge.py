"""What the rules say of what was read, and how it is joined with what a run showed."""

# Tables of one case a line are read best as tables.
# ruff: noqa: E501

from __future__ import annotations

import random

import pytest

from grader.integrity.data.judge import MOST_OF_A_CODE, data_findings
from grader.integrity.data.naming import tells_of, whose_model
from grader.integrity.data.words import UNKNOWN
from grader.integrity.records import Observation
from grader.rerun.records import Asked, Ran, Rerun
from tests.grader.integrity.data.reading import accused, codes, judged, observed
from tests.integrity_sets.data.case import PREDICT, START, trained_on
from validators.findings import Finding, Place
from validators.rules.inspecting import DataRules

TRAIN_ON_TEST = {"a.py": trained_on('rows = load_dataset("billsum", split="test[:9]")\n', "rows")}


def ran(*asked: Asked) -> Rerun:
    return Rerun(ran=(Ran("ended well", True, 1.0, 1.0, 1, asked=asked),))


def only(found: list[Finding], code: str) -> Finding:
    (finding,) = [each for each in found if each.code == code]
    return finding


@pytest.mark.parametrize(
    ("reran", "words"),
    [
        (None, "The code was not run again"),
        (Rerun(), "The code was not run again"),
        (ran(Asked("split", "billsum/train", "as it is")), "Not seen while running"),
        (ran(Asked("split", "billsum/testing", "as it is")), "Not seen while running"),
        (ran(Asked("split", "billsum/test[:9]", "blinded rows", "a.py:17")),
         'Seen while running, at a.py:17: split "billsum/test[:9]" ("blinded rows").'),
    ],
)  # fmt: skip
def test_a_finding_says_what_a_run_showed(reran: Rerun, words: str) -> None:
    found = [each.finding for each in judged(TRAIN_ON_TEST, reran).found]
    assert words in only(found, "data.test-in-training").remedy


def test_a_later_run_leaves_a_decision_in_force() -> None:
    before = judged(TRAIN_ON_TEST).found
    after = judged(TRAIN_ON_TEST, ran(Asked("split", "billsum/test[:9]"))).found
    assert [each.finding.message for each in before] == [each.finding.message for each in after]
    assert [each.finding.evidence for each in before] == [each.finding.evidence for each in after]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (DataRules(), ["data.test-in-training"]),
        (DataRules(training_splits=("train", "test")), []),
        (DataRules(datasets=("xsum",)), ["data.other-data"]),
    ],
)
def test_the_rules_decide(rules: DataRules, expected: list[str]) -> None:
    found = judged(TRAIN_ON_TEST, rules=rules).found
    assert [each.finding.code for each in found] == expected


def test_reading_labels_is_a_note_and_so_is_choosing_by_test() -> None:
    chosen = START + (
        'raw = load_dataset("billsum").map(preprocess)\n'
        'args = Seq2SeqTrainingArguments("out", load_best_model_at_end=True)\n'
        'Seq2SeqTrainer(model=model, args=args, train_dataset=raw["train"],\n'
        '    eval_dataset=raw["test"]).train()\n'
        'print(raw["test"]["summary"][0])\n'
    )
    assert codes({"a.py": chosen}) == ["data.labels-read", "data.test-chooses"]
    held_out = chosen.replace('eval_dataset=raw["test"]', 'eval_dataset=raw["train"].select([1])')
    assert codes({"a.py": held_out}) == ["data.labels-read"]


def test_one_finding_for_a_source_with_its_other_places() -> None:
    files = {"a.py": TRAIN_ON_TEST["a.py"], "b.py": TRAIN_ON_TEST["a.py"]}
    finding = only([each.finding for each in judged(files).found], "data.test-in-training")
    evidence = dict(finding.evidence)
    assert str(finding.place).startswith("a.py:")
    assert evidence["also_at"] == (f"b.py:{finding.place.line}",)
    assert evidence["places"] == 2


def test_findings_are_bounded_and_ordered_whatever_the_order_of_observations() -> None:
    lines = [f'requests.get("https://example.org/{n}")' for n in range(60)]
    files = {"a.py": "import requests\n" + "\n".join(lines), **TRAIN_ON_TEST}
    seen = list(observed(files))
    expected = judged(files)
    assert codes(files).count("data.download") == 0  # the second a.py took its place
    files = {"a.py": files["a.py"], "get.py": "import requests\n" + "\n".join(lines)}
    seen, expected = list(observed(files)), judged(files)
    assert codes(files).count("data.download") == MOST_OF_A_CODE
    random.Random(3).shuffle(seen)
    assert data_findings("HW4.zip", seen, None, DataRules()) == expected


@pytest.mark.parametrize(
    ("lines", "fact"),
    [
        ("import datasets, sys\nrows = getattr(datasets, sys.argv[1])('x', split='test')\n",
         "can't be told without running it"),
        ("import sys\nrows = load_dataset(sys.argv[1], split='test')\n", "can't be told"),
        ("import sys\nrows = load_dataset('billsum', split=sys.argv[1])\n",
         "whose rows these are can't be told"),
        ("import sys\nrows = load_dataset('billsum')[sys.argv[1]]\n",
         "whose rows these are can't be told"),
        ("import random\nrows = load_dataset('billsum', split='train')\n"
         "if random.random() < 0.5:\n    rows = load_dataset('billsum', split='test')\n",
         "may reach training"),
        ("from datasets import load_from_disk\nrows = load_from_disk('/data/tokenized')\n",
         "whose rows these are can't be told"),
        ("rows = eval(open('x').read())\n", "can't be told without running it"),
        ("cnn = load_dataset('cnn_dailymail')\nrows = load_dataset('billsum', split='train')\n",
         'data set "cnn_dailymail" is loaded'),
    ],
)  # fmt: skip
def test_what_is_not_known_is_told_and_accuses_nobody(lines: str, fact: str) -> None:
    files = {"a.py": trained_on(lines, "rows")}
    assert accused(files) == []
    assert any(fact in each.value for each in judged(files).facts), judged(files).facts


def test_all_that_nobody_can_tell_is_one_line() -> None:
    lines = (
        "import sys\nfrom datasets import load_dataset\n"
        + "rows = load_dataset(sys.argv[1], split='train')\n" * 3
    )
    (fact,) = (each.value for each in judged({"a.py": lines}).facts if UNKNOWN in each.value)
    assert fact == f"{UNKNOWN}: " + "; ".join(f"dataset at a.py:{line}" for line in (3, 4, 5))


def test_a_file_that_is_not_read_is_told() -> None:
    facts = judged({"a.py": "def f(:\n" * 30, "b.py": "x = 1"}).facts
    assert [each.value.partition(":")[0] for each in facts] == ['"a.py"']


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('!pip install wget', []),
        ('import nltk\nnltk.download("punkt")', []),
        ("!wget https://example.org/model.zip", ["data.download"]),
        ("!git clone https://example.org/me/hw4", ["data.download"]),
        ("!kaggle competitions submit -f x.csv", []),
        ('import gdown\ngdown.download("https://example.org/x")', ["data.download"]),
    ],
)  # fmt: skip
def test_downloads(lines: str, expected: list[str]) -> None:
    assert codes({"n.ipynb": (lines,)}) == expected


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("t5small_TextSummarization/", "released"), ("/home/me/T5small_textsummarization", "released"),
        ("../t5small_TextSummarization/checkpoint-9", "released"),
        ("pruned_model", "own"), ("./results/checkpoint-500", "own"), ("results/checkpoint-500", "own"),
        ("D:\\hw4\\out", "own"), ("my_awesome_billsum_model", "own"), ("t5_pruned_0.3", "own"),
        ("models/t5-small-pruned", "own"), ("exp1/t5-pruned", "own"), ("./t5-base", "unknown"),
        ("t5-small", "other"), ("google-t5/t5-small", "other"), ("t5-base", "other"),
        ("facebook/bart-large-cnn", "other"), ("google/pegasus-billsum", "other"),
        ("someone/t5-small-finetuned-billsum", "other"), ("someone/thing", "unknown"), ("?", "unknown"),
        ("https://example.org/weights.bin", "other"),
    ],
)  # fmt: skip
def test_whose_model_a_name_means(name: str, whose: str) -> None:
    assert whose_model(name, DataRules()) == whose


@pytest.mark.parametrize(
    ("path", "tells"),
    [
        ("data/train.jsonl", "training"), ("us_train_data_final_OFFICIAL.jsonl", "training"),
        ("us_test_data_final_OFFICIAL.jsonl", "test"), ("ca_test.jsonl", "test"),
        ("billsum_tokenized", "nothing"), ("data.csv", "nothing"), ("cache/ds_1000.pkl", "nothing"),
        ("cnn_dailymail.csv", "other"), ("gpt4_summaries.json", "other"), ("latest.csv", "other"),
        ("?", "nothing"),
    ],
)  # fmt: skip
def test_what_a_files_name_tells(path: str, tells: str) -> None:
    assert tells_of(path) == tells


def test_names_of_students_are_cleaned_and_cut() -> None:
    name = "evil\\x1b[2J\\u202e" + "x" * 300
    files = {"a.py": trained_on(f'rows = load_dataset("{name}", split="train")\n', "rows")}
    ((_, place),) = accused(files)
    (finding,) = [each.finding for each in judged(files).found]
    assert place.startswith("a.py:")
    assert str(finding).isprintable()
    assert len(finding.message) < 600


def test_labels_of_another_kind_of_file_are_left_alone() -> None:
    lines = "open('labels.txt', 'w').write('\\n'.join(test['summary']))\n"
    assert accused({"g.py": PREDICT + lines}) == []


def test_an_observation_of_no_known_kind_says_nothing() -> None:
    odd = Observation("thing", "x", Place("a.py", 1), (), "does something")
    assert data_findings("x", (odd,), None, DataRules()).found == ()
