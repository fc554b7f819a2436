"""The score is the course's; what needs no model is scored beside it."""

from __future__ import annotations

import sys

import pytest

from compress.bills import Bill
from compress.scoring import ONE_SENTENCE, ScoringError, baselines, score
from grader.metric import handout_row


def test_the_score_is_the_mean_of_the_course_s_metric() -> None:
    summaries = ["Amends the law.\nRequires a report.", "Directs the Secretary to act."]
    written = ["Amends a law. Requires it.", "The Secretary"]
    rows = [handout_row(ours, theirs) for ours, theirs in zip(summaries, written)]
    assert score(written, summaries) == pytest.approx(sum(rows) / 2)
    assert score(summaries, summaries) == 1.0
    assert 0 < score(written, summaries) < 1


def test_what_to_install_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "grader.metric", None)
    with pytest.raises(
        ScoringError, match="pip install /path/to/course-competition-toolkit"
    ) as trouble:
        score(["a"], ["a"])
    assert "\n" not in str(trouble.value)


def test_baselines_have_a_text_for_each_bill_and_never_look_at_the_summary() -> None:
    words = " ".join(f"word{number}" for number in range(2000))
    bills = [Bill(words, "secret"), Bill("two\n words", "secret")]
    found = baselines(bills)
    assert [len(texts) for texts in found.values()] == [2] * len(found)
    assert found["first 20 words of the bill"] == [" ".join(words.split()[:20]), "two words"]
    assert len(found["first 1,500 words of the bill"][0].split()) == 1500
    assert found["one sentence for every bill"] == [ONE_SENTENCE] * 2
    assert "secret" not in str(found)
    assert found == baselines([Bill(bill.text, "") for bill in bills])
