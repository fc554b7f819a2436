"""What evidence comes to: a case for every code, and none that accuses who is honest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.rerun.contract import read_contract
from grader.rerun.evidence import Evidence
from grader.rerun.records import Asked, SampleScore
from grader.rerun.weighing import wants_second_run, weigh
from tests.grader.rerun.weighed import (
    BLIND,
    BY_SOURCE,
    HONEST,
    OF_ROWS,
    SUBMITTED,
    TEST,
    evidence,
    failed,
    made,
    proof,
    ran,
    sampled,
    some,
    written,
)
from validators.catalogue import all_codes, rerun_codes
from validators.findings import Severity

OTHER = made(lambda place, row: written(row.bill.text, "other"))
RANDOM_1 = made(lambda place, row: written(row.bill.text, f"first{place}"))
RANDOM_2 = made(lambda place, row: written(row.bill.text, f"second{place}"))
LABELS = made(lambda place, row: row.bill.summary)
BY_PLACE = made(lambda place, row: BY_SOURCE[place])
STORED = {bill.text: written(bill.text) for bill in TEST}
CONSTANT = made(lambda place, row: "- ")
SEEDED = made(lambda place, row: written(row.bill.text, f"at{place}"))


def stored(otherwise: str) -> tuple[str, ...]:
    """A program that looks bills up, and has something else for those that it doesn't know."""
    return tuple(STORED.get(row.bill.text, otherwise) for row in BLIND.rows)


def model(name: str, answer: str) -> Asked:
    return Asked("model", name, answer, "predict.py:7")


HANDED_IN = model("pruned_model", "the handed-in folder")
RELEASED = model("./t5small_TextSummarization/", "the course's t5small_TextSummarization")
SCORED = SampleScore(90, 0.2, 0.15, 0.25, "rouge", 0.2)
PART = replace(ran((None,) * 30 + HONEST[30:]))

CASES: tuple[tuple[str, Evidence, frozenset[str]], ...] = tuple(
    (title, given, frozenset(f"rerun.{name}" for name in names.split()))
    for title, given, names in (
        ("honest", evidence(ran()), "reproduced"),
        ("a few rows by other arithmetic", evidence(ran(some(lambda place, row:
            HONEST[place].rsplit(" ", 4)[0] + " and so on then", 13))), "reproduced"),  # type: ignore[union-attr]
        ("proved without running", replace(evidence(), proof=proof(sampled(HONEST))), "proved"),
        ("proved, and the program does otherwise", replace(
            evidence(ran(OTHER), ran(OTHER)), proof=proof(sampled(HONEST))), "proved"),
        ("made by the released model", replace(evidence(ran(OTHER), ran(OTHER)),
            proof=proof(sampled(OTHER), False), released_proof=proof(sampled(HONEST))),
            "full-model"),
        ("both models give it", replace(evidence(), proof=proof(sampled(HONEST)),
            released_proof=proof(sampled(HONEST))), "proved"),
        ("a collapsed model gives nothing to tell it by", replace(evidence(ran(CONSTANT)),
            submitted=tuple((row, "-") for row in range(OF_ROWS)),
            released_proof=proof(sampled(CONSTANT))), "reproduced"),
        ("another model's", evidence(ran(OTHER), ran(OTHER)), "differs"),
        ("another model's, run once", evidence(ran(OTHER)), "random"),
        ("sampling without a seed", evidence(ran(RANDOM_1), ran(RANDOM_2)), "random"),
        ("sampling with a seed", evidence(ran(SEEDED), ran(SEEDED)), "random"),
        ("a little randomness does not hide much difference", evidence(
            ran(OTHER), ran((*OTHER[:95], "a", "b", "c"))),
            "differs"),
        ("four rows with nothing in common", evidence(*2 * [ran(some(
            lambda place, row: f"edited by hand {place}", 4))]), "differs"),
        ("three such rows", evidence(ran(some(lambda place, row: f"edited {place}", 3))),
            "reproduced"),
        ("reads labels", evidence(ran(LABELS)), "labels"),
        ("reads labels in a few rows", evidence(ran(some(lambda p, row: row.bill.summary, 2))),
            "labels"),
        ("the labels' words are lost but the sentences are not", evidence(ran(made(
            lambda place, row: " ".join(word if word.islower() or word.istitle() else "?"
                for word in row.bill.summary.replace("x", "").replace("q", "").split())))),
            "labels"),
        ("looks up by place", evidence(ran(BY_PLACE)), "looked-up"),
        ("looks up by place, runs twice", evidence(ran(BY_PLACE), ran(BY_PLACE)), "looked-up"),
        ("looks up by text, else blank", evidence(ran(stored(""))), "looked-up"),
        ("looks up by text, else one sentence", evidence(ran(stored("To do."))), "looked-up"),
        ("looks up by text, else the nearest", evidence(ran(stored(BY_SOURCE[5]))), "looked-up"),
        ("looks up by text, else the bill", evidence(ran(tuple(
            STORED.get(row.bill.text, row.bill.text[:90]) for row in BLIND.rows))), "looked-up"),
        ("copies a file of the package", replace(evidence(ran(BY_PLACE)), copied=("old.csv",)),
            "looked-up"),
        ("another model", evidence(ran(HONEST, HANDED_IN, model("facebook/bart", "refused"))),
            "other-model reproduced"),
        ("a checkpoint beside the folder", evidence(ran(HONEST, HANDED_IN,
            model("full/checkpoint-9", "a local folder or file"))), "other-model reproduced"),
        ("only the released model's weights", evidence(ran(HONEST, RELEASED)),
            "full-model reproduced"),
        ("the released model first, then the folder", evidence(ran(HONEST, RELEASED, HANDED_IN)),
            "reproduced"),
        ("the released model, trained", evidence(ran(HONEST, RELEASED, Asked("training",
            "Trainer.train", "skipped: the handed-in weights were loaded (model.safetensors)"))),
            "reproduced training-skipped"),
        ("the released model, trained without weights", evidence(ran(HONEST, RELEASED,
            Asked("training", "Trainer.train", "skipped: nothing loaded"))),
            "full-model reproduced training-skipped"),
        ("tokenizers and configurations are nobody's model", evidence(ran(HONEST, HANDED_IN,
            Asked("tokenizer", "t5-small", "refused"),
            model("t5-base", "the course's t5-base, its configuration only"))), "reproduced"),
        ("asks for the network", evidence(ran(HONEST, HANDED_IN,
            Asked("network", "example.org:443", "asked for", "a.py:3", 4))), "asked reproduced"),
        ("asks for other data", evidence(ran(HONEST, HANDED_IN,
            Asked("dataset", "cnn_dailymail", "refused", "a.py:3"))), "asked reproduced"),
        ("reads what everybody reads", evidence(ran(HONEST, HANDED_IN,
            Asked("dataset", "billsum", "billsum"), Asked("column", "billsum/test/summary", "read"),
            Asked("import", "wandb", "a stand-in that does nothing"))), "reproduced"),
        ("runs where there is no GPU", evidence(ran(HONEST, HANDED_IN,
            Asked("hardware", "cuda", "the CPU: there is no GPU here"))), "hardware reproduced"),
        ("a limit ended it", evidence(failed()), "ended"),
        ("ended late, with all rows", evidence(failed(HONEST)), "ended reproduced"),
        ("no predictions", evidence(ran((None,) * len(BLIND.rows))), "no-predictions"),
        ("a third is missing", evidence(PART), "no-predictions"),
        ("nothing submitted", replace(evidence(ran()), submitted=()), "nothing-submitted"),
        ("no sandbox", replace(evidence(ran()), isolated=False), "unsafe reproduced"),
        ("the score fits", replace(evidence(ran()), score=SCORED, boards=(("Kaggle", 0.16),)),
            "reproduced"),
        ("the score is off", replace(evidence(ran(RANDOM_1), ran(RANDOM_2)),
            score=replace(SCORED, submitted=0.3)), "random score"),
        ("Kaggle's score is off", replace(evidence(ran()), score=SCORED,
            boards=(("Kaggle's private board", 0.31),)), "reproduced score"),
        ("nothing at all", evidence(), ""),
    )
)  # fmt: skip


@pytest.mark.parametrize(("title", "given_", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_evidence_comes_to_exactly_its_findings(
    title: str, given_: Evidence, expected: frozenset[str]
) -> None:
    found = weigh(given_)
    assert {finding.code for finding in found} == expected
    for finding in found:
        assert finding.message.endswith(".")
        assert str(finding).isprintable()
        for word in ("cheat", "plagiar", "guilty", "stole"):
            assert word not in str(finding).lower()
    assert found == weigh(given_)


def test_every_code_of_a_re_run_has_a_case(tmp_path: Path) -> None:
    (tmp_path / "rerun.toml").write_text("command = [", encoding="utf-8")
    broken = read_contract(tmp_path, ("rerun.toml",)).findings
    shown = {code for case in CASES for code in case[2]} | {each.code for each in broken}
    assert shown == {code.name for code in rerun_codes()}


def test_who_is_accused_waits_for_a_decision_and_what_it_costs_is_named() -> None:
    accusing = {code.name: code.offence for code in rerun_codes() if code.accuses}
    assert accusing == {
        "rerun.differs": "special_rule", "rerun.labels": "special_rule",
        "rerun.looked-up": "special_rule", "rerun.other-model": "special_rule",
        "rerun.full-model": "full_model_results",
    }  # fmt: skip
    assert set(rerun_codes()) <= set(all_codes())
    assert not [code for code in rerun_codes() if code.severity is Severity.BLOCKS]
    assert not [code for code in rerun_codes() if code.offence and not code.accuses]


def test_what_accuses_says_how_an_honest_program_could_come_to_it() -> None:
    accusing = {code.name for code in rerun_codes() if code.accuses}
    told = [each for case in CASES for each in weigh(case[1]) if each.code in accusing]
    for finding in told:
        assert "explain" in finding.message or "do this too" in finding.message, finding
        assert finding.evidence


def test_the_note_of_an_honest_run_has_the_sentence_with_its_numbers() -> None:
    (found,) = weigh(evidence(ran()))
    assert (
        "90 of 90 rows have the submitted text. 90 of 300 rows were made again; " in found.message
    )
    assert "had more than 5 % of the rows been different" in found.message
    assert dict(found.evidence)["exact"] == 90


def test_a_difference_shows_texts_and_stays_short() -> None:
    long = made(
        lambda place, row: (
            f"{row.kind[0]}{row.source} " * 5000
            if row.kind == "canary"
            else f"{row.source} " * 5000
        )
    )
    (found,) = weigh(evidence(ran(long), ran(long)))
    rows = dict(found.evidence)["row_made_submitted"]
    assert isinstance(rows, tuple)
    assert len(rows) == 5
    assert len(str(found.evidence)) < 5000
    for shown in rows:
        assert isinstance(shown, tuple)
        assert shown[2] in BY_SOURCE.values()


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (evidence(ran()), False),
        (evidence(ran(OTHER)), True),
        (evidence(ran(OTHER), ran(OTHER)), False),
        (evidence(failed()), False),
        (replace(evidence(ran(OTHER)), submitted=()), False),
    ],
)
def test_a_second_run_is_asked_for_when_it_would_tell_more(
    given_: Evidence, expected: bool
) -> None:
    assert wants_second_run(given_) is expected


def test_hostile_texts_are_cleaned_and_short_runs_do_not_break() -> None:
    nasty = "\x1b[2J\u202e" + "a" * 100_000
    for texts in ((nasty,) * len(BLIND.rows), (nasty,), (None,), ()):
        asked = Asked("network", nasty, nasty, nasty)
        for finding in weigh(evidence(ran(texts, asked), ran(texts[:1], asked))):
            assert str(finding).isprintable()


def test_the_order_of_what_was_submitted_does_not_matter() -> None:
    for _, given_, _ in CASES:
        turned = replace(given_, submitted=tuple(reversed(given_.submitted)))
        assert weigh(turned) == weigh(given_)
    assert SUBMITTED[0][0] == 0
