"""The demo's made-up bills beside real ones: lengths, words, and what no model is needed for.

    python benchmarks/demo_corpus.py --bills bills.jsonl

`bills.jsonl` has real rows with `text` and `summary`, one JSON object a line; without it only the
made-up ones are shown. No model is run: the scores are the course's metric.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.demo.corpus import Bill, Length, Sizes, make_corpus
from grader.demo.scoring import score

_WORD = re.compile(r"[a-z][a-z'-]*")


def main() -> None:
    """Print one table, a column for each kind of bills."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bills", type=Path, help="real rows, a .jsonl")
    parser.add_argument("--rows", type=int, default=300, help="made-up bills of each length")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    columns = {
        f"made up, {length}": made(length, given.rows, given.seed) for length in ("short", "real")
    }
    if given.bills is not None:
        columns["real"] = read_bills(given.bills)
    print(f"| | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for name, measure in MEASURES.items():
        print(f"| {name} | {' | '.join(measure(bills) for bills in columns.values())} |")


def made(length: Length, rows: int, seed: int) -> tuple[Bill, ...]:
    """So many bills of this length."""
    return make_corpus(seed, Sizes(rows, 0, 0, 0), length).test


def read_bills(path: Path) -> tuple[Bill, ...]:
    """Real rows; a title is not needed."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return tuple(Bill("", row["text"], row["summary"]) for row in rows)


def quartiles(values: Sequence[int]) -> str:
    """Smallest, quartiles and largest."""
    cuts = statistics.quantiles(values, n=4, method="inclusive")
    return " · ".join(f"{round(value):,}" for value in (min(values), *cuts, max(values)))


def words(text: str) -> list[str]:
    """The words of a text in small letters, without numbers and punctuation."""
    return _WORD.findall(text.lower())


def vocabulary(bills: Sequence[Bill]) -> str:
    """How many different words there are among the first 20,000 of the bills."""
    found = [word for bill in bills for word in words(bill.text)][:20_000]
    return f"{len(set(found)):,} of {len(found):,}"


def covered(bills: Sequence[Bill]) -> str:
    """The share of a summary's words that stand in the bill."""
    return _share(bills, lambda bill: (words(bill.summary), set(words(bill.text))))


def copied(bills: Sequence[Bill]) -> str:
    """The share of a summary's three words in a row that stand so in the bill."""
    return _share(bills, lambda bill: (_threes(bill.summary), set(_threes(bill.text))))


def beginnings(bills: Sequence[Bill]) -> str:
    """The verbs that summaries have most often at the beginning of a sentence."""
    found = Counter(
        verb for bill in bills for verb in re.findall(r"(?:^|[.-] +)([A-Z][a-z]+s) ", bill.summary)
    )
    return ", ".join(
        verb for verb, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair))[:6]
    )


def short_titles(bills: Sequence[Bill]) -> str:
    """How many summaries begin with a short title."""
    named = sum(
        bool(re.match(r"[^.]{0,120}\bAct\b( of \d{4})?( -|  ?This)", b.summary)) for b in bills
    )
    return f"{named / len(bills):.0%}"


def first_words(count: int) -> Callable[[Sequence[Bill]], str]:
    """The course's metric for the first words of each bill."""

    def measure(bills: Sequence[Bill]) -> str:
        return f"{score(bills, [' '.join(bill.text.split()[:count]) for bill in bills]):.3f}"

    return measure


def _threes(text: str) -> list[str]:
    found = words(text)
    return [" ".join(three) for three in zip(found, found[1:], found[2:])]


def _share(bills: Sequence[Bill], parts: Callable[[Bill], tuple[list[str], set[str]]]) -> str:
    shares = []
    for told, there in map(parts, bills):
        shares.append(sum(each in there for each in told) / max(1, len(told)))
    return f"{statistics.fmean(shares):.0%}"


MEASURES: dict[str, Callable[[Sequence[Bill]], str]] = {
    "bills": lambda bills: f"{len(bills):,}",
    "words of a bill: fewest, quartiles, most": lambda bills: quartiles(
        [len(bill.text.split()) for bill in bills]
    ),
    "words of a summary, likewise": lambda bills: quartiles(
        [len(bill.summary.split()) for bill in bills]
    ),
    "different words among the first 20,000": vocabulary,
    "words of a summary that its bill has": covered,
    "three words in a row that its bill has": copied,
    "summaries that begin with a short title": short_titles,
    "verbs that sentences begin with": beginnings,
    "score of the first 20 words": first_words(20),
    "score of the whole bill": first_words(1_000_000),
}


if __name__ == "__main__":
    main()
