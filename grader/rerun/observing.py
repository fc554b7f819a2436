"""What a program asked for while it ran, as findings.

The record comes from the program's own process. It can be forged, and it can lack things; so
nothing here says what a program did, only what was seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.rerun.evidence import Evidence
from grader.rerun.proving import proved
from grader.rerun.records import Asked
from validators import rerun_codes as codes
from validators.display import quoted
from validators.findings import Finding

_WORDS = {
    "network": ("the network", "attempts at the network"),
    "import": ("a library that downloads", "imports of libraries that download"),
    "dataset": ("data that this run has not", "requests for data that this run has not"),
    "file": ("a file elsewhere", "opened files elsewhere"),
    "process": ("another process", "other processes"),
}
# What a skipped training and an unnamed start leave behind when the weights handed in were used.
_LOADED = "loaded"
_HANDED_IN = "the handed-in folder"
_SHOWN = 5
_KEPT = 50


def asked_findings(evidence: Evidence) -> Iterator[Finding]:
    """What was asked for beyond what a program of this competition needs."""
    asked = evidence.asked
    others = [each for each in asked if _is_other_model(each, evidence)]
    if others:
        yield _other_model(others, evidence)
    released = [each for each in asked if _is_released(each, evidence)]
    if released and _never_handed_in(asked, evidence):
        yield _only_released(released, evidence)
    beyond = [each for each in asked if _is_beyond(each)]
    if beyond:
        yield _beyond(beyond, evidence)
    skipped = [each for each in asked if each.what == "training" and _is_skipped(each)]
    if skipped:
        told = f"{_first(skipped)}: {skipped[0].answer}."
        yield codes.TRAINING_SKIPPED.at(evidence.place, told, asked=_facts(skipped))
    hardware = [each for each in asked if each.what == "hardware"]
    if hardware:
        where = "on a GPU" if evidence.gpu else "on the CPU"
        told = f"run {where}; {_first(hardware)}: {hardware[0].answer}."
        yield codes.HARDWARE.at(evidence.place, told, asked=_facts(hardware))


def _is_weights(each: Asked) -> bool:
    """Whether weights were asked for, by name; a tokenizer or a configuration is nobody's model."""
    return each.what == "model" and not each.answer.endswith("its configuration only")


def _last(name: str) -> str:
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2].casefold()


def _named_released(each: Asked, evidence: Evidence) -> bool:
    names = {_last(name) for name in evidence.released_names}
    return _last(each.name) in names or _last(each.answer.partition("the course's ")[2]) in names


def _is_other_model(each: Asked, evidence: Evidence) -> bool:
    own = each.answer == _HANDED_IN or _last(each.name) == _last(evidence.model_folder)
    return _is_weights(each) and not own and not _named_released(each, evidence)


def _is_released(each: Asked, evidence: Evidence) -> bool:
    given = not each.answer.startswith("refused") and each.answer != _HANDED_IN
    return _is_weights(each) and given and _named_released(each, evidence)


def _never_handed_in(asked: Sequence[Asked], evidence: Evidence) -> bool:
    """Whether nothing shows the weights handed in, neither what was loaded nor the clean room."""
    if not evidence.model_folder or proved(evidence) is not None:
        return False
    return not any(
        each.answer == _HANDED_IN
        or _last(each.name) == _last(evidence.model_folder)
        or (each.what == "training" and _is_skipped(each) and _LOADED in each.answer
            and "nothing" not in each.answer)
        for each in asked
    )  # fmt: skip


def _is_skipped(each: Asked) -> bool:
    return each.answer.startswith("skipped")


def _is_beyond(each: Asked) -> bool:
    if each.what in ("dataset", "split"):
        return each.answer.startswith("refused")
    if each.what == "import":
        return each.answer == "a library that downloads"
    return each.what in ("network", "file", "process")


def _other_model(found: Sequence[Asked], evidence: Evidence) -> Finding:
    message = (
        f"the program asked for {_first(found)}; expected the folder handed in"
        f"{_named(evidence)}. Some build a model's shape from a public name and then load their own"
        " weights into it, which would explain it."
    )
    return codes.OTHER_MODEL.at(evidence.place, message, asked=_facts(found))


def _only_released(found: Sequence[Asked], evidence: Evidence) -> Finding:
    message = (
        f"the program loaded {_first(found)}, the released model, and nothing was seen of"
        f" {quoted(evidence.model_folder)}. Weights that were loaded into it with torch.load alone"
        " are not seen, and would explain it."
    )
    return codes.FULL_MODEL.at(evidence.place, message, asked=_facts(found))


def _named(evidence: Evidence) -> str:
    return f" ({quoted(evidence.model_folder)})" if evidence.model_folder else ""


def _beyond(found: Sequence[Asked], evidence: Evidence) -> Finding:
    told, all_times = [], 0
    for kind, (one, many) in _WORDS.items():
        kinds = (kind, "split") if kind == "dataset" else (kind,)
        each = [asked for asked in found if asked.what in kinds]
        times = sum(asked.count for asked in each)
        all_times += times
        if each:
            told.append(f"{one if times == 1 else f'{times:,} {many}'}: {_first(each)}")
    message = f"seen {'was' if all_times == 1 else 'were'} {'; '.join(told)}."
    return codes.ASKED.at(evidence.place, message, asked=_facts(found))


def _first(found: Sequence[Asked]) -> str:
    """The first few names with their places."""
    shown = [f"{quoted(each.name)}{_where(each)}" for each in found[:_SHOWN]]
    more = f" and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
    return ", ".join(shown) + more


def _where(each: Asked) -> str:
    return f" in {each.where}" if each.where else ""


def _facts(found: Sequence[Asked]) -> tuple[tuple[str, str, str, str, int], ...]:
    return tuple((each.what, each.name, each.answer, each.where, each.count)
                 for each in found[:_KEPT])  # fmt: skip
