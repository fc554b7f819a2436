"""Made-up bills: the same ones each time, apart from each other, and worth summarising."""

from __future__ import annotations

import hashlib
import json
import re
import statistics
from dataclasses import asdict

import pytest

from grader.demo.corpus import Bill, Corpus, Length, Sizes, make_corpus
from grader.demo.scoring import score

SMALL = Sizes(test=60, ca_test=10, validation=20, train=80)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def names(text: str) -> set[str]:
    return set(re.findall(r"(?<![.-] )(?<!^)\b[A-Z][a-z]+", text))


def plain(text: str) -> str:
    return " ".join(text.split())


def test_the_shipped_model_was_trained_on_these_very_bills(corpus: Corpus) -> None:
    """Whoever changes a word here must train the model anew, and then pin the new digest."""
    told = json.dumps([[asdict(bill) for bill in bills] for bills in corpus.splits.values()])
    digest = hashlib.sha256(told.encode()).hexdigest()
    assert digest == "ed1aba38c480e011b36872283b1fe5c965a38cb1f91f5ea311d6c2e4fc31f3d9"


def test_no_bill_and_no_summary_is_in_two_splits_or_twice_in_one(corpus: Corpus) -> None:
    rows = [bill for bills in corpus.splits.values() for bill in bills]
    assert len(rows) == 300 + 40 + 200 + 6000
    for texts in ([bill.text for bill in rows], [bill.summary for bill in rows]):
        assert len({" ".join(text.casefold().split()) for text in texts}) == len(rows)


def test_half_of_the_test_rows_are_public() -> None:
    corpus = make_corpus(0, SMALL)
    assert len(corpus.public) == 30
    assert corpus.public < set(range(60))
    assert corpus.public != make_corpus(1, SMALL).public


@pytest.mark.parametrize("length", ["short", "real"])
def test_the_test_split_does_not_depend_on_the_others(length: Length) -> None:
    one = make_corpus(3, Sizes(12, 2, 3, 4), length)
    two = make_corpus(3, Sizes(12, 5, 6, 9), length)
    assert one.test == two.test
    assert one.test != make_corpus(4, Sizes(12, 2, 3, 4)).test


def test_a_summary_tells_nothing_that_its_bill_does_not_say(corpus: Corpus) -> None:
    for bill in corpus.test:
        text = bill.text.replace("percent", "%")
        assert set(numbers(bill.summary)) <= set(numbers(text)), bill
        missing = names(bill.summary) - names(plain(text))
        assert missing <= {"Federal", "Congress"}, (missing, bill)


def test_findings_and_definitions_are_in_no_summary(corpus: Corpus) -> None:
    for bill in corpus.test:
        assert "Congress finds" not in bill.summary
        assert "The term" not in bill.summary


def test_bills_are_printed_as_bills_are(corpus: Corpus) -> None:
    for bill in corpus.test:
        assert max(map(len, bill.text.splitlines())) <= 72
        sections = [
            int(number) for number in re.findall(r"^SEC(?:TION|\.) (\d+)\.", bill.text, re.M)
        ]
        assert sections == list(range(1, len(sections) + 1))
        assert bill.text.startswith("SECTION 1.")
        assert len(re.findall(r"in\s+this\s+Act\s+referred", bill.text)) <= 1
        assert "{" not in bill.text + bill.summary + bill.title
        assert bill.title.startswith("To ")
        assert bill.title.endswith(", and for other purposes.")


def test_summaries_have_the_tone_of_real_ones(corpus: Corpus) -> None:
    verbs = {
        verb
        for bill in corpus.test
        for verb in re.findall(r"(?:^|[.-] )([A-Z][a-z]+) ", bill.summary)
    }
    assert {"Directs", "Amends", "Requires", "Authorizes", "Prohibits", "Designates"} <= verbs
    ends = {bill.summary.rpartition(". ")[2] for bill in corpus.test}
    assert {"Authorizes appropriations.", "Requires annual reports to Congress."} <= ends


def test_first_words_and_whole_bills_get_little(corpus: Corpus) -> None:
    def worth(bill: Bill, words: int) -> str:
        return " ".join(bill.text.split()[:words])

    assert score(corpus.test, [worth(bill, 20) for bill in corpus.test]) < 0.2
    assert score(corpus.test, [worth(bill, 10_000) for bill in corpus.test]) < 0.5


def test_real_lengths_are_those_of_real_bills() -> None:
    bills = make_corpus(0, Sizes(100, 0, 0, 0), "real").test
    texts = [len(bill.text.split()) for bill in bills]
    told = [len(bill.summary.split()) for bill in bills]
    assert 1_000 < statistics.median(texts) < 1_500
    assert 110 < statistics.median(told) < 180
    assert min(texts) >= 600
    assert max(told) <= 420
    assert sum(len(bill.text.splitlines()) for bill in bills) > 100 * 80


def test_the_other_bills_are_of_another_kind() -> None:
    for bill in make_corpus(0, SMALL).ca_test:
        assert bill.text.startswith("The people of the State of California")
        assert bill.summary.startswith("Existing law")
        assert set(numbers(bill.summary)) <= set(numbers(bill.text))
