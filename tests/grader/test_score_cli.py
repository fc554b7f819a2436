from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.metric import PreparedAnswers
from grader.metric.kaggle_file import kaggle_source
from grader.score_cli import kaggle_metric, score

KEY = '"ID","Label","Usage"\n"0","A bill. It pays.","Public"\n"1","SECRET ANSWER","Private"\n'
GOOD = '"ID","Predict"\n"1","secret"\n"0","a bill pays"\n'
VALUE = 0.625

# What the file of predictions holds, and what must be said of it.
UNUSABLE = {
    "empty": ("", "the file is empty"),
    "header only": ("ID,Predict\n", "no rows"),
    "other header": ("id,Predict\n0,a\n1,b\n", 'no column "ID"; found "id", "Predict"'),
    "two of one": ("ID,Predict,Predict\n0,a,b\n", 'more than one column "Predict"'),
    "further column": ("ID,Predict,x\n0,a,b\n1,a,b\n", 'unexpected column: "x"'),
    "repeated": ("ID,Predict\n0,a\n1,b\n1,c\n", '1 ID appears more than once: "1"'),
    "missing": ("ID,Predict\n0,a\n", '1 of 2 expected IDs is missing: "1"'),
    "extra": ("ID,Predict\n0,a\n1,a\n2,a\n", '1 ID is not of this competition: "2"'),
    "not whole": ("ID,Predict\n0.0,a\n1.0,a\n", 'found "0.0"; expected "0"'),
    "blank": ("ID,Predict\n0,a\n,a\n", "1 row has no ID"),
    "bare comma": ("ID,Predict\n0,a\n1,a,b\n", "line 3 has 3 fields; the header has 2"),
    "bare commas": ("ID,Predict\n0,a,b\n1,a,b\n", "line 2 has 3 fields; the header has 2"),
    "open quote": ('ID,Predict\n0,a\n1,"b\n', "quote is opened on line 3 and never closed"),
    "short": ("ID,Predict\n0,a\n1\n", "line 3 has 1 field; the header has 2"),
    "Big5": (b"ID,Predict\n0,a\n1,\xa4\xa4\n", "not UTF-8: byte 0xa4"),
}


def run(folder: Path, predictions: str | bytes, *options: str, key: str = KEY) -> Result:
    (folder / "key.csv").write_text(key, encoding="utf-8")
    data = predictions.encode() if isinstance(predictions, str) else predictions
    (folder / "predictions.csv").write_bytes(data)
    files = [str(folder / "predictions.csv"), "--answers", str(folder / "key.csv")]
    return CliRunner().invoke(score, [*files, *options], standalone_mode=True)


def test_it_prints_value_interval_signature_and_the_standard_beside(tmp_path: Path) -> None:
    shown = run(tmp_path, GOOD)
    assert shown.exit_code == 0, shown.output
    answers = PreparedAnswers(["A bill. It pays.", "SECRET ANSWER"])
    standard = answers.score(["a bill pays", "secret"], "rougeLsum")
    lines = shown.output.splitlines()
    assert lines[2].startswith("handout (ROUGE-Lsum, recall by sentence)")
    assert "0.62500" in lines[2]
    assert f"{standard.value:.5f}" in lines[3]
    assert f"|rows:2|answers:{answers.digest[:12]}|v1" in lines[-1]
    assert lines[-2].startswith("signature rouge-lsum|dialect:handout|rows:2|")


@pytest.mark.parametrize("option", ["--json", "--stemmer"])
def test_no_text_of_an_answer_is_shown(tmp_path: Path, option: str) -> None:
    shown = run(tmp_path, GOOD, "--metric", "rougeL", option)
    assert shown.exit_code == 0
    assert "SECRET" not in shown.output
    broken = run(tmp_path, "ID,Predict\n0,a\n", option, "--metric", "rougeL")
    assert broken.exit_code == 2
    assert "SECRET" not in broken.output


def test_json_holds_every_row(tmp_path: Path) -> None:
    found = json.loads(run(tmp_path, GOOD, "--json").output)
    assert found["value"] == VALUE
    assert found["rows"] == 2
    assert found["row_values"] == {"0": 0.75, "1": 0.5}
    assert found["interval"]["low"] <= VALUE <= found["interval"]["high"]
    assert found["interval"]["confidence"] == 0.95
    assert [other["signature"][:30] for other in found["beside"]] == [
        "rouge-lsum|dialect:reference|m"
    ]
    alone = json.loads(run(tmp_path, GOOD, "--json", "--metric", "rouge1", "--stemmer").output)
    assert alone["beside"] == []
    assert "stemmer:porter" in alone["signature"]


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_file_is_named_and_exits_with_2(tmp_path: Path, name: str) -> None:
    text, said = UNUSABLE[name]
    shown = run(tmp_path, text)
    assert shown.exit_code == 2
    assert "Error: predictions.csv: " in shown.output
    assert said in " ".join(shown.output.split())


def test_trouble_in_the_key_names_the_key(tmp_path: Path) -> None:
    shown = run(tmp_path, GOOD, key="ID,Label\n0,a\n0,b\n")
    assert shown.exit_code == 2
    assert 'key.csv: 1 ID appears more than once: "0"' in shown.output


@pytest.mark.parametrize("cell", ["NA", "null", "None", "nan", "", "17", "True", '"a ""b"""'])
def test_cells_are_text_whatever_they_look_like(tmp_path: Path, cell: str) -> None:
    label = cell or "x"
    shown = run(
        tmp_path, f"\ufeffID,Predict\r\n0,{cell}\r\n", "--json", key=f"ID,Label\n0,{label}\n"
    )
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.output)["value"] == (1.0 if cell else 0.0)


def test_the_competition_says_what_separates_the_fields(tmp_path: Path) -> None:
    rules = tmp_path / "competition.toml"
    rules.write_text('extends = "hw4"\n[predictions]\ndelimiter = ";"\n', encoding="utf-8")
    words = ("--json", "--competition", str(rules))
    shown = run(tmp_path, GOOD.replace('","', '";"'), *words)
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.output)["value"] == VALUE
    broken = run(tmp_path, "ID;Predict\n0;a\n1;a;b\n", *words)
    assert "A text with a semicolon in it needs" in " ".join(broken.output.split())


def test_the_competition_names_the_columns_and_the_metric(tmp_path: Path) -> None:
    rules = tmp_path / "competition.toml"
    rules.write_text(
        'extends = "hw4"\n[predictions]\nid_column = "row"\ntext_column = "text"\n'
        '[metric]\nname = "rouge2"\ndialect = "reference"\nstemmer = true\nlabel_column = "gold"\n'
    )
    key, given = "row,gold\n0,the acts pay\n", "row,text\n0,the act pays\n"
    shown = run(tmp_path, given, "--json", "--competition", str(rules), key=key)
    found = json.loads(shown.output)
    assert found["value"] == 1.0
    assert found["signature"].startswith("rouge-2|dialect:reference|measure:f|stemmer:porter")


def test_the_handout_dialect_has_no_stemmer(tmp_path: Path) -> None:
    shown = run(tmp_path, GOOD, "--stemmer")
    assert shown.exit_code == 2
    assert "no stemmer" in shown.output


def test_kaggle_metric_prints_the_file() -> None:
    shown = CliRunner().invoke(kaggle_metric, [])
    assert shown.exit_code == 0
    assert shown.output == kaggle_source()
