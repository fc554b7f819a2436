"""Evidence as JSON: all of it, in numbers that JSON has."""

from __future__ import annotations

import json
from dataclasses import replace

from grader.integrity.records import Inspection
from grader.integrity.showing.documents import class_json, pair_json, person_json
from tests.grader.integrity.showing import made


def test_the_class_has_all_that_was_compared_and_found() -> None:
    told = json.loads(json.dumps(class_json(made.evidence())))
    assert told["works"] == {"code": 2, "weights": 1, "predictions": 1, "behaviour": 2}
    assert [each["label"] for each in told["pairs"]][:2] == [made.CODE.label, made.HARMFUL.label]
    assert told["pairs"][0]["figures"] == dict(made.CODE.figures)
    assert told["spreads"][0]["highest"] == 0.31
    assert [each["entrant"] for each in told["clusters"][0]["who"]] == [
        made.ADA, made.EVIL, made.WANG,
    ]  # fmt: skip
    assert len(told["found"]) == 3
    assert told["rules"]["code.least_tokens"] == "60"
    assert (told["tool"], told["run"], told["for"]) == ("0.9.0", 3, "ta")


def test_a_pair_has_the_texts_of_both_and_the_digests() -> None:
    told = pair_json(made.evidence(), made.CODE.label)
    first, second = (told["passages"][0][side] for side in ("first", "second"))
    assert first["text"][0] == "def count(model, amount):"
    assert (second["file"], second["lines"]) == ("src/主程式.py", [5, 11])
    assert told["files"] == {"first": {"train.py": "a" * 64}, "second": {"src/主程式.py": "b" * 64}}
    assert {each["entrant"] for each in told["found"]} == {made.ADA, made.WANG}
    assert made.REMEDY in told["explanations"]


def test_an_entrant_has_works_pairs_and_what_was_decided() -> None:
    told = person_json(made.evidence(), made.WANG)
    assert told["found"][0]["standing"] == "confirmed"
    assert {each["label"] for each in told["pairs"]} == {made.CODE.label, made.LAYERS.label}
    assert told["works"][0]["files"][0]["sha256"] == "b" * 64
    assert told["facts"] == [{"says": "rows that repeat four words", "value": "13 %"}]


def test_a_figure_that_is_no_number_is_null() -> None:
    odd = replace(made.CODE, figures=(("coverage", float("nan")), ("x", float("inf"))))
    told = json.dumps(class_json(made.evidence(Inspection(pairs=(odd,)))), allow_nan=False)
    assert json.loads(told)["pairs"][0]["figures"] == {"coverage": None, "x": None}
