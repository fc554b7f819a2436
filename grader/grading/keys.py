"""Keys of stage results: the digest of everything that a result depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import grader
import validators
from grader.records import Submission
from grader.runs import Planned
from grader.settings import MachineLimits
from validators.rules import Rules

CHECK, SCORE, READ, RERUN = "check", "score", "read", "rerun"
TRAITS, INSPECT = "traits", "inspect"
# Reading and comparing; how evidence is shown changes no result.
_INSPECTS = tuple(
    f"integrity/{name}"
    for name in (
        "behaviour", "blobs.py", "code", "coinciding.py", "data", "labels.py", "merging.py",
        "orders.py", "predictions", "reading.py", "records.py", "references.py", "sealing.py",
        "seed_reading.py", "seed_values.py", "seeds.py", "settings_read.py", "weights",
    )
)  # fmt: skip
_CODE = {
    READ: (validators, ("",), grader, ("collect", "records.py")),
    CHECK: (validators, ("",), grader, ("looking", "workers", "outcomes.py")),
    SCORE: (validators, ("",), grader, ("looking", "workers", "metric", "answer_files.py")),
    RERUN: (validators, ("",), grader, ("looking", "workers", "metric", "rerun", "sandbox")),
    TRAITS: (
        validators,
        ("",),
        grader,
        ("looking", "workers", "metric", "answer_files.py", "rerun", *_INSPECTS),
    ),
    INSPECT: (validators, ("",), grader, ("metric", *_INSPECTS)),
}
# What of the rules each stage reads; a change of anything else leaves its results as they are.
_CHECK_RULES: dict[str, Any] = {
    "competition": {"parts"}, "team": {"id"}, "package": True, "predictions": True,
    "model": True, "severities": True,
}  # fmt: skip
_SCORE_RULES: dict[str, Any] = {
    "package": True, "predictions": True, "severities": True,
    "metric": {"name", "dialect", "stemmer", "label_column"},
}  # fmt: skip

# Without the limits: who ended within them need not be run again when these change.
_RERUN_RULES: dict[str, Any] = {
    "package": True, "predictions": True, "model": True, "severities": True,
    "rerun": {"rows", "policy", "dataset", "split", "labels"},
}  # fmt: skip
_TRAITS_RULES: dict[str, Any] = {
    "package": True, "predictions": True, "model": True, "severities": True, "inspect": {"parts"},
    "metric": {"name", "dialect", "stemmer", "label_column"}, "rerun": {"dataset", "split"},
}  # fmt: skip
_INSPECT_RULES: dict[str, Any] = {
    "competition": True, "team": True, "model": True, "severities": True, "inspect": True,
}  # fmt: skip


def digest_of(value: object) -> str:
    """The SHA-256 of plain data, whatever order its objects were made in."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def stage_code(stage: str) -> str:
    """The digest of the source of everything that the stage runs."""
    own, folders, ours, parts = _CODE[stage]
    digest = hashlib.sha256()
    for package, names in ((own, folders), (ours, parts)):
        assert package.__file__ is not None
        home = Path(package.__file__).parent
        for path in sorted({file for name in names for file in _sources(home / name)}):
            digest.update(f"{path.relative_to(home).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def plan_check(submission: Submission, rules: Rules) -> Planned:
    """The check of a submission: it depends on its bytes, its names, the rules and our code."""
    told = rules.model_dump(mode="json", include=_CHECK_RULES)
    return _planned(CHECK, submission, told)


def plan_score(submission: Submission, rules: Rules, answers: str) -> Planned:
    """The scoring of a submission; it depends on the answer key as well."""
    told = rules.model_dump(mode="json", include=_SCORE_RULES)
    return _planned(SCORE, submission, [told, answers])


def plan_rerun(submission: Submission, rules: Rules, basis: object) -> Planned:
    """The re-run of a submission; `basis` is what else it depends on, as plain data."""
    told = rules.model_dump(mode="json", include=_RERUN_RULES)
    return _planned(RERUN, submission, [told, basis])


def plan_traits(submission: Submission, rules: Rules, basis: object) -> Planned:
    """The reading of a submission for comparing; `basis` is what else it depends on."""
    told = rules.model_dump(mode="json", include=_TRAITS_RULES)
    return _planned(TRAITS, submission, [told, basis])


def plan_inspection(rules: Rules, basis: object) -> Planned:
    """The comparison of a whole class; `basis` is all that is compared, as plain data."""
    told = rules.model_dump(mode="json", include=_INSPECT_RULES)
    return Planned("", INSPECT, digest_of([INSPECT, stage_code(INSPECT), told, basis]))


def given_up_key(planned: Planned, limits: MachineLimits) -> str:
    """The key of a result that was given up at these limits; with others it is tried again."""
    return digest_of([planned.key, limits.model_dump()])


def limited_key(planned: Planned, rules: Rules) -> str:
    """The key of a re-run that ended at one of the rules' limits; with others it is done again."""
    return digest_of([planned.key, rules.rerun.model_dump(mode="json")])


def _planned(stage: str, submission: Submission, rest: object) -> Planned:
    names = (submission.source, submission.files, submission.beside, submission.kind)
    told = [stage, stage_code(stage), submission.digest, submission.trouble, names, rest]
    return Planned(submission.source, stage, digest_of(told))


def _sources(path: Path) -> Iterable[Path]:
    return path.rglob("*.py") if path.is_dir() else (path,)
