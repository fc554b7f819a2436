"""Bills of a state instead of the Congress: other words, other form, for rows outside the test."""

from __future__ import annotations

import random
import textwrap

from grader.demo.corpus_words import ACTIONS, DAYS, GROUPS, OBJECTS

_CODES = ("Education", "Government", "Health and Safety", "Labor", "Penal", "Vehicle", "Water")
_BOARDS = (
    "the State Department of Education", "the Department of Fish and Wildlife",
    "the Public Utilities Commission", "the State Air Resources Board",
    "the Department of Motor Vehicles", "the State Water Resources Control Board",
)  # fmt: skip


def state_bill(source: random.Random) -> tuple[str, str, str]:
    """Title, text and summary of a bill that the legislature of California might pass."""
    code, board, number = source.choice(_CODES), source.choice(_BOARDS), source.randrange(100, 9999)
    group, thing, action = source.choice(GROUPS), source.choice(OBJECTS), source.choice(ACTIONS)
    days, money = source.choice(DAYS), source.choice((50_000, 100_000, 250_000, 500_000))
    opening = "The people of the State of California do enact as follows:"
    section = (
        f"Section {number} is added to the {code} Code, to read: {number}. (a) Upon "
        f"appropriation by the Legislature, {board} shall provide assistance to {group} that "
        f"{action} {thing}. (b) An application shall be decided within {days} days. (c) No "
        f"applicant shall receive more than ${money:,} in a fiscal year."
    )
    mandate = "No reimbursement is required by this act pursuant to the California Constitution."
    text = f"{opening}\n\n\nSECTION 1.\n{_lines(section)}\n\nSEC. 2.\n{_lines(mandate)}\n"
    summary = (
        f"Existing law regulates {thing}. This bill would require {board} to provide assistance "
        f"to {group} that {action} {thing}. The bill would require an application to be decided "
        f"within {days} days."
    )
    return f"An act to add Section {number} to the {code} Code, relating to {thing}.", text, summary


def _lines(text: str) -> str:
    return textwrap.fill(text, 80, break_on_hyphens=False)
