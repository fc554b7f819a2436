"""What the rules say of the data and models that one submission's code loads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from grader.integrity.data.naming import is_among, tells_of, whose_model
from grader.integrity.data.state import by_place
from grader.integrity.data.telling import finding, shown, written_into
from grader.integrity.data.values import LABEL_COLUMNS
from grader.integrity.data.words import (
    CHOOSES,
    FETCHED,
    INSTALLS,
    LOADED,
    MAY_BE_RESULT,
    MAY_BE_WRITTEN,
    MAY_PREDICT,
    MAY_TRAIN,
    PREDICTS,
    READ,
    RESULT,
    TRAINS,
    UNKNOWN,
    UNREAD,
    WRITTEN,
    detail_of,
    parted,
    verb_of,
)
from grader.integrity.records import Fact, Found, Inspection, Observation
from grader.rerun.records import Rerun
from validators.display import quoted
from validators.findings import Code
from validators.integrity_codes.data import (
    DOWNLOAD,
    LABELS_READ,
    LABELS_WRITTEN,
    OTHER_DATA,
    OTHER_MODEL,
    TEST_CHOOSES,
    TEST_IN_TRAINING,
)
from validators.rules.inspecting import DataRules

MOST_OF_A_CODE = 12
"""So many findings of one code a submission gets; the first by place."""
_FACT = "read from the code, not decided (data.unknown)"
_FACTS = 12
_MAY = {MAY_TRAIN, MAY_BE_WRITTEN, MAY_BE_RESULT, MAY_PREDICT}

# A finding to be: its code, what is said, and what makes two of them one.
_Claim = tuple[Code, str, str]


def data_findings(
    name: str, seen: Sequence[Observation], reran: Optional[Rerun], rules: DataRules
) -> Inspection:
    """What stands out in one submission's code, and what nobody can tell without running it."""
    claims: dict[tuple[str, str], list[tuple[_Claim, Observation]]] = {}
    seen = sorted(seen, key=lambda one: (by_place(one.place), one.what, one.name, one.says))
    for each in seen:
        claim = _claimed(each, rules)
        if claim is not None:
            claims.setdefault((claim[0].name, claim[2]), []).append((claim, each))
    counts: dict[str, int] = {}
    found = []
    for same in claims.values():
        code, told, _ = same[0][0]
        counts[code.name] = counts.get(code.name, 0) + 1
        if counts[code.name] <= MOST_OF_A_CODE:
            places = [each for _, each in same]
            found.append(Found(name, finding(code, told, places, reran)))
    found.sort(key=lambda one: (one.finding.code, by_place(one.finding.place), one.finding.message))
    facts = tuple(Fact(name, _FACT, value) for value in _some(_unsure(seen, rules)))
    return Inspection(found=tuple(found), facts=facts)


def _unsure(seen: Sequence[Observation], rules: DataRules) -> Iterator[str]:
    """What is to be told beside the score, once each; what is wholly unknown in one line."""
    unknown = [each for each in seen if verb_of(each.says) == UNKNOWN]
    others = [each for each in seen if verb_of(each.says) != UNKNOWN]
    yield from dict.fromkeys(told for each in others for told in _told(each, rules))
    places = dict.fromkeys(f"{_what(each)} at {each.place}" for each in unknown)
    if places:
        yield f"{UNKNOWN}: {'; '.join(_some(places))}"


def _some(facts: Iterable[str]) -> Iterator[str]:
    told = list(facts)
    yield from told[:_FACTS]
    if len(told) > _FACTS:
        yield f"and {len(told) - _FACTS:,} more of this kind"


def _claimed(seen: Observation, rules: DataRules) -> Optional[_Claim]:
    """What an observation says against the rules; None where it says nothing."""
    verb = verb_of(seen.says)
    if seen.what == "training" and verb == TRAINS:
        return _trains(seen, rules)
    if seen.what == "column" and verb == WRITTEN:
        return _writes(seen, rules)
    if seen.what == "column" and verb == READ and _is_label(seen, rules):
        return LABELS_READ, "Summaries of rows that aren't for training are read.", "read"
    if (
        seen.what == "model"
        and verb in (RESULT, PREDICTS)
        and whose_model(seen.name, rules) == "other"
    ):
        does = "is trained, pruned or saved" if verb == RESULT else "writes the predictions"
        return OTHER_MODEL, f"A model named {quoted(seen.name, 120)} {does}.", seen.name
    if seen.what == "split" and verb == CHOOSES and _standing(seen, rules) == "test":
        return TEST_CHOOSES, f"The best checkpoint is chosen on {shown(seen.name)}.", seen.name
    if seen.what == "download" and verb == FETCHED:
        return DOWNLOAD, f"The code fetches {quoted(seen.name, 120)}.", seen.name
    return None


def _trains(seen: Observation, rules: DataRules) -> Optional[_Claim]:
    standing = _standing(seen, rules)
    if standing == "test":
        return TEST_IN_TRAINING, f"{_first(shown(seen.name))} reaches training.", _whole(seen.name)
    if standing == "other":
        return OTHER_DATA, f"{_first(shown(seen.name))} reaches training.", _whole(seen.name)
    return None


def _writes(seen: Observation, rules: DataRules) -> Optional[_Claim]:
    source, _, column = seen.name.rpartition("/")
    kind, rest = parted(source)
    into = quoted(written_into(seen), 120)
    surely = detail_of(seen.says).endswith("(predictions)")
    is_test = _stands(source, rules) == "test"
    if not is_test and not surely:
        return None
    if kind == "data" and _stands(source, rules) == "training":
        return None
    if kind == "data":
        what = f'Column "{column}" of {shown(source)}'
    else:
        what = f'Column "{column}" of a file that the program is given'
        what = what if "?" in rest else f'Column "{column}" of {shown(source)}'
    return LABELS_WRITTEN, f"{what} is written into {into}.", f"{source} {into}"


def _standing(seen: Observation, rules: DataRules) -> str:
    return _stands(seen.name, rules)


def _stands(source: str, rules: DataRules) -> str:
    """What rows are by the rules: training, test, other, unknown."""
    kind, rest = parted(source)
    if kind == "url":
        return "other"
    if kind == "file":
        told = tells_of(rest)
        return told if told in ("test", "other") else "unknown"
    dataset, _, split = rest.rpartition("/")
    if not dataset or "?" in dataset:
        return "unknown"
    if not is_among(dataset, rules.datasets):
        return "other"
    base = split.partition("[")[0].partition("(")[0].strip()
    if base in rules.training_splits:
        return "training"
    return "test" if base and base not in ("*", "?", "all") else "unknown"


def _is_label(seen: Observation, rules: DataRules) -> bool:
    source, _, column = seen.name.rpartition("/")
    return column in LABEL_COLUMNS and _stands(source, rules) == "test"


def _told(seen: Observation, rules: DataRules) -> Iterator[str]:
    """What one observation leaves open; it accuses nobody."""
    verb, place = verb_of(seen.says), seen.place
    if verb == UNREAD:
        yield f"{quoted(seen.name, 120)}: {detail_of(seen.says)}"
    elif verb == INSTALLS:
        yield f"{quoted(seen.name, 120)} at {place} {INSTALLS}"
    elif seen.what == "dataset" and verb == LOADED and not is_among(seen.name, rules.datasets):
        yield f"data set {quoted(seen.name, 120)} is loaded at {place}"
    elif seen.what == "model":
        yield from _of_model(seen, verb, rules)
    elif seen.what == "training" or verb in _MAY:
        yield from _of_rows(seen, verb, rules)


def _of_model(seen: Observation, verb: str, rules: DataRules) -> Iterator[str]:
    whose = whose_model(seen.name, rules)
    if verb == LOADED and whose == "other":
        yield f"model {quoted(seen.name, 120)} is loaded at {seen.place}"
    elif verb != LOADED and "?" not in seen.name and whose == "unknown":
        yield f"model {quoted(seen.name, 120)} {verb} at {seen.place}; whose it is can't be told"
    elif verb in _MAY and whose == "other":
        yield f"model {quoted(seen.name, 120)} {verb} at {seen.place}"


def _of_rows(seen: Observation, verb: str, rules: DataRules) -> Iterator[str]:
    source = seen.name.rpartition("/")[0] if seen.what == "column" else seen.name
    standing = _stands(source, rules)
    if standing == "unknown" and verb in (TRAINS, MAY_TRAIN):
        yield f"{shown(source)} {verb} at {seen.place}; whose rows these are can't be told"
    elif verb in _MAY and standing in ("test", "other"):
        yield f"{shown(source)} {verb} at {seen.place}; it depends on what isn't known here"


def _what(seen: Observation) -> str:
    return seen.what if seen.name == "?" else f"{seen.what} {quoted(seen.name, 120)}"


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _whole(name: str) -> str:
    """The name without its slice: parts of one split are one claim."""
    return name.partition("[")[0]
