"""What the commands answer with --json: small examples, field by field."""

from __future__ import annotations

import json
from pathlib import Path

from grader.grading.moves import moves_between
from grader.showing.documents import decisions_json, judged_json, moves_json, run_json
from grader.showing.status import Found, status_json
from tests.grader.shown import AFTER, BEFORE, CASE, DECIDED, ESCAPE, JUDGED, plain, run

LISTED = ("findings", "rulings", "offences", "parts")


def test_an_entrant_as_json() -> None:
    answer = judged_json(JUDGED)
    assert {**answer, **{key: [] for key in LISTED}} == {
        "entrant": "9900101", "pseudonym": "E-1", "name": f"An{ESCAPE}",
        "team": f"9900101_{ESCAPE}", "submission": f"in/{ESCAPE}x.zip",
        "received": "2024-05-01T09:30:00", "timing": "late", "verdict": "rejected",
        "reasons": [f"late: {ESCAPE}"], "rank": 2, "total": "93.33", "waits": [],
        "figure": {"value": "0.23", "source": "private", "signature": "kaggle|x"},
        "counted": [
            {"counting": "handout", "nonzero": 3000, "parameters": 10000},
            {"counting": "strict", "nonzero": 4000, "parameters": 10000},
        ],
        "quality": {"own score": "0.20000"}, "questions": [], "unfinished": [],
        "observed": [],
        "faults": [{"code": "fault.time", "place": "x.zip", "message": "took long.",
                    "remedy": CASE.faults[0].remedy}],
        **{key: [] for key in LISTED},
    }  # fmt: skip
    assert answer["parts"][1] == {
        "name": "rank", "points": "40/3", "why": f"2 of 3{ESCAPE}", "cites": []
    }  # fmt: skip
    assert answer["rulings"][0]["decision"] == 4
    assert (answer["offences"][0]["number"], answer["offences"][0]["penalty"]) == (2, "halve")


def test_moves_runs_and_decisions_as_json() -> None:
    moves = moves_json(moves_between(BEFORE, AFTER))
    assert moves["own"][0] == {
        "entrant": "1",
        "before": {"verdict": "accepted", "rank": 1, "mark": "80.00", "reasons": []},
        "after": {"verdict": "rejected", "rank": None, "mark": "0.00",
                  "reasons": ["csv.columns: x", "y"]},
        "shift": "-80.00",
    }  # fmt: skip
    assert moves["own"][1]["after"] is moves["own"][2]["before"] is moves["own"][1]["shift"] is None
    assert ([each["entrant"] for each in moves["shifted"]], moves["largest_shift"]) == (
        ["2"],
        "1.50",
    )
    told = run_json(run(3, plain("1")))
    assert (told["number"], told["finished"], sorted(told["plan"])) == (
        3, True, ["asked", "basis", "board", "earlier", "options", "submissions"]
    )  # fmt: skip
    (decision,) = decisions_json((DECIDED,))
    assert (decision["number"], decision["points"], decision["who"]) == (4, "25/2", "Ada")


def test_status_as_json_before_anything_is_in_force() -> None:
    newest = run(1, state=None, publications=())
    answer = json.loads(status_json(Found(newest, None, 1, None), Path("w")))
    assert (answer["in_force"], answer["results_done"], answer["results_planned"]) == (None, 1, 2)
    assert not answer["newest"]["finished"]
    assert [need["about"] for need in answer["needs"]] == ["unfinished"]
