"""Made-up bills with titles and summaries, in the tone of the data set that the course uses."""

from __future__ import annotations

import random
from dataclasses import dataclass

STATES = (
    "Alabama", "Alaska", "Arizona", "Colorado", "Delaware", "Florida", "Georgia", "Idaho",
    "Indiana", "Iowa", "Kansas", "Kentucky", "Maine", "Maryland", "Michigan", "Montana", "Nebraska",
    "Nevada", "Ohio", "Oregon", "Texas", "Utah", "Vermont", "Virginia",
)  # fmt: skip
SUBJECTS = (
    "water", "wetlands", "highway", "airport", "harbor", "school", "hospital", "veterans",
    "housing", "energy", "wildlife", "forest", "fisheries", "railroad", "broadband", "pension",
    "tariff", "mining", "agriculture", "museum", "library", "coastal", "tribal", "consumer",
    "identity", "vaccine", "nursing", "apprentice", "childcare", "banking",
)  # fmt: skip
ADJECTIVES = (
    "Rural", "National", "Emergency", "Community", "Fair", "Clean", "Safe", "Small", "American",
    "Regional", "Modern", "Public", "Independent", "Equal", "Affordable", "Healthy",
)  # fmt: skip
NOUNS = (
    "Protection", "Improvement", "Assistance", "Reform", "Restoration", "Safety", "Access",
    "Research", "Fairness", "Development", "Conservation", "Relief",
)  # fmt: skip
OFFICES = (
    "the Secretary of the Interior", "the Secretary of Energy", "the Secretary of Transportation",
    "the Secretary of Agriculture", "the Administrator of General Services",
    "the Comptroller General", "the Secretary of Labor", "the Secretary of the Treasury",
    "the Attorney General", "the Federal Trade Commission",
)  # fmt: skip
ACTIONS = (
    "establish a pilot program for", "make grants to eligible entities for", "conduct a study of",
    "report to Congress on", "convey certain land for", "issue regulations on",
    "designate areas for", "reduce the fees for", "provide loan guarantees for",
    "publish a list of", "limit the funds for", "enter into cooperative agreements on",
)  # fmt: skip
CLAUSES = (
    "The term ``eligible entity'' means a State, a unit of local government, or an Indian tribe",
    "Not later than {days} days after the date of the enactment of this Act, {office} shall "
    "submit a plan to the committees of jurisdiction",
    "There is authorized to be appropriated ${sum},000,000 for each of the fiscal years "
    "{year} through {later}",
    "Nothing in this section shall be construed to affect the rights of the State of {state}",
    "Section {section} of title {title} of the United States Code is amended by striking "
    "``{small} percent'' and inserting ``{large} percent''",
    "The Federal share of the cost of any activity under this section shall not exceed "
    "{large} percent",
    "In carrying out this section, {office} shall consult with the Governor of {state} and "
    "with owners of {subject} facilities",
    "Such amounts shall remain available until expended, and may be used for {subject} "
    "projects in {state}",
)  # fmt: skip
_SHORT, _LONG, _EVERY = (1, 4), (45, 55), 53
"""Clauses in a usual bill and in a long one, which is cut by the tokenizer; one in so many."""


@dataclass(frozen=True)
class MadeBill:
    """One row: the three columns of the data set."""

    title: str
    text: str
    summary: str


def make_bills(rows: int, seed: str) -> tuple[MadeBill, ...]:
    """So many bills, no two with the same title, the same ones for the same seed."""
    source = random.Random(seed)
    bills: dict[str, MadeBill] = {}
    while len(bills) < rows:
        bill = _bill(source, len(bills) % _EVERY == _EVERY - 1)
        bills.setdefault(bill.title, bill)
    return tuple(bills.values())


def vocabulary_words() -> tuple[str, ...]:
    """Every word that bills are made of, sorted."""
    parts = (*STATES, *SUBJECTS, *ADJECTIVES, *NOUNS, *OFFICES, *ACTIONS, *CLAUSES)
    capital = (subject.capitalize() for subject in SUBJECTS)
    words = " ".join((*parts, *capital, _HEAD, _SECTION, _SUMMARY, "summarize: To Act of in"))
    kept = "".join(each if each.isalpha() else " " for each in words)
    return tuple(sorted({word for word in kept.split() if len(word) > 1}))


_HEAD = "SECTION 1. SHORT TITLE.\n\n    This Act may be cited as the ``{name}''.\n"
_SECTION = "\nSEC. {number}. {heading}.\n\n    {clause}.\n"
_SUMMARY = "{name} - Directs {office} to {action} {subject} in {state}. Authorizes appropriations."


def _bill(source: random.Random, long: bool) -> MadeBill:
    subject, state = source.choice(SUBJECTS), source.choice(STATES)
    office, action = source.choice(OFFICES), source.choice(ACTIONS)
    year = source.randrange(1993, 2017)
    words = (source.choice(ADJECTIVES), subject.capitalize(), source.choice(NOUNS))
    name = f"{' '.join(words)} Act of {year}"
    first = f"{office[:1].upper()}{office[1:]} shall {action} {subject} in {state}"
    text = _HEAD.format(name=name) + _section(2, words, first)
    for number in range(source.randint(*(_LONG if long else _SHORT))):
        text += _section(number + 3, (source.choice(NOUNS),), _clause(source, year))
    told = {"name": name, "office": office, "action": action, "subject": subject, "state": state}
    title = f"To direct {office} to {action} {subject} in {state} ({name})."
    return MadeBill(title, text, _SUMMARY.format(**told))


def _section(number: int, heading: tuple[str, ...], clause: str) -> str:
    return _SECTION.format(number=number, heading=" ".join(heading).upper(), clause=clause)


def _clause(source: random.Random, year: int) -> str:
    return source.choice(CLAUSES).format(
        days=source.randrange(30, 360, 30), sum=source.randrange(1, 90), year=year,
        later=year + source.randrange(2, 8), section=source.randrange(101, 999),
        title=source.randrange(1, 50), small=source.randrange(5, 45),
        large=source.randrange(50, 95), state=source.choice(STATES),
        office=source.choice(OFFICES), subject=source.choice(SUBJECTS),
    )  # fmt: skip
