"""What a TA reads of each kind: what was read, what would explain it, what to look at next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional

from grader.integrity.data.words import detail_of, loaded_at, parted
from grader.integrity.records import Observation
from grader.rerun.records import Asked, Rerun
from validators.display import quoted
from validators.findings import Code, Finding
from validators.integrity_codes.data import (
    DOWNLOAD,
    LABELS_READ,
    LABELS_WRITTEN,
    OTHER_DATA,
    OTHER_MODEL,
    TEST_CHOOSES,
    TEST_IN_TRAINING,
)

_MOST_PLACES = 8
_SHOWN = 120
_EXPLAINED: Mapping[str, str] = {
    TEST_IN_TRAINING.name: "It can be innocent: the name may be that of a part of train, which was"
    " renamed or saved elsewhere; the branch may never be taken; the training may have been given"
    " up and its model not handed in. A public tutorial trains on ca_test, without ill intent.",
    LABELS_WRITTEN.name: "It can be innocent: the file may be for comparing predictions with the"
    " summaries, and never have been sent to Kaggle.",
    OTHER_DATA.name: "It can be innocent: the file may be a part of train that was saved or"
    " tokenized before, or texts that the released model wrote for train.",
    OTHER_MODEL.name: "It can be innocent: the name may be the student's own folder or account, or"
    " an experiment whose model wasn't handed in.",
    DOWNLOAD.name: "It can be innocent: the released model, the data set or a package may come this"
    " way.",
    LABELS_READ.name: "The tutorial reads them too, to score predictions and to make the tokens of"
    " the test rows.",
    TEST_CHOOSES.name: "Many tutorials do so. A part of the training rows would serve as well.",
}
_NEXT: Mapping[str, str] = {
    TEST_IN_TRAINING.name: "Next: read the lines in between, and whether this training made the"
    " weights that were handed in.",
    LABELS_WRITTEN.name: "Next: compare the file on Kaggle with the summaries, and look at what"
    " rerun.labels says.",
    OTHER_DATA.name: "Next: ask where the rows come from, and look for the program that made them.",
    OTHER_MODEL.name: "Next: look at what the submitted weights come from by their own values.",
    DOWNLOAD.name: "Next: look at what is done with it.",
}


def finding(code: Code, what: str, seen: Sequence[Observation], reran: Optional[Rerun]) -> Finding:
    """One finding, at the first place; the other places stand in its evidence."""
    first = seen[0]
    others = [str(each.place) for each in seen[1:]]
    came = loaded_at(first.says)
    message = f"{what} Read at {first.place}{f', loaded at {came}' if came else ''}."
    lines = tuple(f"{number}: {text}" for number, text in first.lines)
    words = (_EXPLAINED.get(code.name, ""), _NEXT.get(code.name, ""), seen_running(first, reran))
    return code.at(
        first.place, message, " ".join(word for word in words if word),
        name=first.name, lines=lines, loaded_at=came, also_at=tuple(others[:_MOST_PLACES]),
        places=len(seen),
    )  # fmt: skip


def shown(name: str) -> str:
    """What a source is called, for a reader: `split test of data set billsum`."""
    kind, rest = parted(name)
    if kind != "data":
        return f"{kind} {quoted(rest, _SHOWN)}"
    head, between, split = rest.rpartition("/")
    if not between or split == "*":
        return f"data set {quoted(head or rest, _SHOWN)}"
    return f"split {quoted(split)} of data set {quoted(head, _SHOWN)}"


def written_into(seen: Observation) -> str:
    """The file that labels are written into."""
    return detail_of(seen.says).rpartition(" (")[0] or "a file"


def seen_running(seen: Observation, reran: Optional[Rerun]) -> str:
    """Whether running the code again showed the same."""
    asked = [each for ran in reran.ran for each in ran.asked] if reran is not None else []
    if not asked:
        return "The code was not run again, so nothing was seen while running."
    same = [each for each in asked if _same(seen, each)]
    if not same:
        return (
            "Not seen while running: the run may have taken another way, or another program of the"
            " package."
        )
    where = sorted({each.where for each in same if each.where})
    return f"Seen while running{f', at {where[0]}' if where else ''}: {told_by(same[0])}."


def told_by(asked: Asked) -> str:
    """What the run told, in one clause."""
    answer = f" ({quoted(asked.answer, 60)})" if asked.answer else ""
    return f"{asked.what} {quoted(asked.name, _SHOWN)}{answer}"


def _same(seen: Observation, asked: Asked) -> bool:
    """Whether a run asked for what was read: the same split, column, file, host or model."""
    kind, rest = parted(seen.name)
    wanted: tuple[str, ...]
    if seen.what in ("training", "split"):
        wanted = ("split", "column") if kind == "data" else ("file", "network", "dataset")
        name = rest.partition("[")[0]
    elif seen.what == "column":
        wanted, name = ("column",), rest
    elif seen.what == "download":
        wanted, name = ("network", "process"), _host(seen.name)
    else:
        wanted, name = (seen.what,), seen.name
    return asked.what in wanted and bool(name) and _alike(name, asked.name)


def _alike(name: str, asked: str) -> bool:
    ours, theirs = name.strip("./").casefold(), asked.strip("./").casefold()
    return (
        theirs == ours
        or theirs.startswith((f"{ours}/", f"{ours}[", f"{ours}:"))
        or (theirs.endswith(f"/{ours}"))
    )


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0] or url
