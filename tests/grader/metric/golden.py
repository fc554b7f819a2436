"""Golden scores: rows that the project ships, and what the plain implementations say of them.

    python -m tests.grader.metric.golden

writes tests/golden/metric.json anew. Only a change of the rows below is a reason to.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.grader.metric.plain import plain_handout, published

PATH = Path(__file__).parents[2] / "golden" / "metric.json"
ROWS = [
    (
        "Rural Clinics Act of 2021 - Directs the Secretary of Health to make grants to clinics in "
        "rural counties. Requires each clinic to report yearly. Authorizes appropriations.",
        "Rural Clinics Act of 2021 - Directs the Secretary to make grants to rural clinics and "
        "requires a report",
    ),
    (
        "Amends the Water Code to: (1) define small systems; (2) exempt systems of 1.5 acre-feet. "
        "\nThe exemption ends after 5 years.\nThe Secretary reports to Congress.",
        "Amends the Water Code to define small systems. and to exempt the system of 1.5 acre-feet. "
        "The exemptions ended after five years.",
    ),
    (
        "Prohibits the sale of lead paint. Prohibits the import of lead paint.",
        "sewer. sewer. and sewer. and sewer. and sewer.",
    ),
    (
        "Établit l'Office of the U.S. Archives.\n\n法案 of the ΑΣ.B committee",
        'the ""Office"" of U.S. archives\n法案 of the ας committee\n',
    ),
    ("Awards a gold medal to the veterans of the Merchant Marine.", "                 "),
    ("", "There is no answer to this row."),
    (
        "the bill amends the act and the act amends the code\nthe code amends the bill",
        "the act amends the bill\nthe bill and the code\nthe act and the act",
    ),
    (
        "Dying ponies, flying skies: generalizations of relational conditioning were agreed upon.",
        "die pony fly sky general relate condition agree",
    ),
]


def golden() -> dict[str, list[str]]:
    """By metric the values of the rows, as text that keeps every bit."""
    values = {"handout": [repr(plain_handout(*row)) for row in ROWS]}
    for stemmer in (False, True):
        figures = [published(*row, stemmer=stemmer) for row in ROWS]
        for name in ("rouge1", "rouge2", "rougeL", "rougeLsum"):
            key = f"{name}, stemmed" if stemmer else name
            values[key] = [figure[name] for figure in figures]
    return values


def naive_mean(rows: list[float]) -> float:
    """The rows added one by one."""
    total = 0.0
    for row in rows:
        total = total + row
    return total / len(rows)


if __name__ == "__main__":
    PATH.write_text(json.dumps(golden(), indent=1) + "\n", encoding="utf-8")
