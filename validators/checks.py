"""Checking one submission: which of its parts are looked at, in which order.

The checks themselves stand in the modules of their part: `package`, `predictions` (csv), `model`
and `team_name`. A part is a `Section` of the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Callable, NamedTuple, Optional

from validators import model, package, predictions, team_name
from validators.catalogue import csv_codes
from validators.faults import fault_of
from validators.findings import Severity
from validators.opening import Kind, Opened, Progress, no_progress, opened
from validators.package import Workspace
from validators.package.layout import models_below
from validators.package.workspace import WEIGHT_SUFFIXES
from validators.report import Report, Section
from validators.rules import Rules, rules_digest
from validators.rules.records import IdList, Part

# More files that look like predictions than this are old tries, or meant to keep us busy.
MOST_CSV_FILES = 5


class Plan(NamedTuple):
    """One section to make, and whether it is made even when its part was not asked for."""

    part: Part
    make: Callable[[], Section]
    always: bool = False


@dataclass(frozen=True)
class Options:
    """What is known beside the path: the rules, and what its parts are compared with."""

    rules: Rules
    parts: tuple[Part, ...]
    team: Optional[str] = None
    roster: Optional[frozenset[str]] = None
    beside: tuple[str, ...] = ()
    progress: Progress = no_progress


def check_submission(
    path: Path,
    rules: Rules,
    *,
    team: Optional[str] = None,
    roster: Optional[frozenset[str]] = None,
) -> Report:
    """Everything that can be said about a zip, folder, CSV, model folder or report PDF."""
    options = Options(rules, rules.competition.parts, team, roster)
    with opened(path, rules) as subject:
        return report_of(subject, options, tuple(sections(subject, options)))


def report_of(subject: Opened, options: Options, found: tuple[Section, ...]) -> Report:
    """The sections as one report."""
    return Report(subject.name, subject.kind, rules_digest(options.rules), found)


def sections(subject: Opened, options: Options) -> Iterator[Section]:
    """The sections of the report, each as soon as it is finished."""
    if subject.fault is not None:
        yield Section("package", subject.name, fault=subject.fault)
        return
    facts = (subject.fact,) if subject.fact else ()
    for plan in _plans(subject, options):
        if plan.part not in options.parts and not plan.always:
            continue
        try:
            made = plan.make()
            yield replace(made, facts=(*facts, *made.facts))
            facts = ()  # told once, with the first section
        except Exception as error:  # what breaks here is ours: a fault, never the student's
            yield Section(plan.part, subject.name, fault=fault_of(plan.part, error))


def with_ids(rules: Rules, values: tuple[str, ...]) -> Rules:
    """The rules with these IDs in place of their own; where they are the same, the rules as is."""
    own = rules.predictions.model_copy(update={"ids": IdList(values=values)})
    if predictions.same_ids(own, rules.predictions):
        return rules  # and so with the same digest
    return rules.model_copy(update={"predictions": own})


def parts_of(kind: Kind, team: Optional[str]) -> tuple[Part, ...]:
    """The parts that a path of this kind has."""
    own: dict[Kind, tuple[Part, ...]] = {
        "report": ("package",),
        "csv": ("csv",),
        "model": ("model",),
    }
    return (*own.get(kind, ("package", "csv", "model")), *(("team",) if team is not None else ()))


def _plans(subject: Opened, options: Options) -> Iterator[Plan]:
    """What there is to look at, in the order of the report."""
    rules, path, name = options.rules, subject.path, subject.name
    if subject.kind == "report":
        yield Plan("package", partial(package.report_section, path, name, rules))
    elif subject.kind == "csv":
        yield Plan("csv", partial(predictions.section, path, name, rules))
    elif subject.kind == "model":
        yield Plan("model", partial(_model_section, path, name, options))
    elif subject.kind != "team":
        assert subject.workspace is not None
        yield from _package_plans(subject, subject.workspace, options)
    if options.team is not None:
        yield Plan("team", partial(_team_section, subject, options.team, options))


def _package_plans(subject: Opened, workspace: Workspace, options: Options) -> Iterator[Plan]:
    rules = options.rules
    names = (*((subject.name,) if subject.kind == "zip" else ()), *options.beside)
    yield Plan("package", partial(package.section, workspace, rules, names))
    homeless = "model" in options.parts and _model_folder(workspace, rules) is None
    if "package" not in options.parts and (homeless or not workspace.whole):
        # A part that could not be got at is not safe because nobody asked why.
        yield Plan("package", partial(package.reading_section, workspace, rules), always=True)
    if not workspace.opened:  # the package section says why; nothing else has anything to say
        return
    yield from _csv_plans(workspace, options)
    if rules.model is not None:
        yield Plan("model", partial(_packed_model_section, workspace, options))


def _csv_plans(workspace: Workspace, options: Options) -> Iterator[Plan]:
    required = options.rules.predictions.in_package or options.parts == ("csv",)
    rules = options.rules if required else _without_duty(options.rules)
    files = prediction_files(workspace, rules)
    for file in files[:MOST_CSV_FILES]:
        path, name = workspace.root / file, workspace.shown(file)
        yield Plan("csv", partial(predictions.section, path, name, rules))
    left = len(files) - MOST_CSV_FILES
    if left > 0:
        reason = f"{left:,} more CSV files that look like predictions: check them by themselves."
        yield Plan("csv", partial(Section, "csv", workspace.name, unchecked=(reason,)))
    if not files:
        # What reading left out is told; that it is missing now is no second mistake.
        missing = required and workspace.whole
        absent = predictions.missing_section if missing else predictions.elsewhere_section
        yield Plan("csv", partial(absent, workspace.name, rules))


def _without_duty(rules: Rules) -> Rules:
    """The rules for a CSV that the package needn't hold: what is wrong with it only warns.

    The file that counts is the one on Kaggle; a course's own `[severities]` stand above this.
    """
    softer = {code.name: "warns" for code in csv_codes() if code.severity is Severity.BLOCKS}
    return rules.model_copy(update={"severities": {**softer, **rules.severities}})


def prediction_files(workspace: Workspace, rules: Rules) -> tuple[str, ...]:
    """The CSVs that are predictions or could be, those nearest to the top first."""
    found = (
        file.path
        for file in workspace.files(".csv")
        if predictions.looks_like_predictions(workspace.root / file.path, rules)
    )
    return tuple(sorted(found, key=lambda path: (path.count("/"), path)))


def _model_folder(workspace: Workspace, rules: Rules) -> Optional[str]:
    if rules.model is None or rules.model.folder not in workspace.folders:
        return None
    folder = rules.model.folder
    return None if models_below(workspace, folder) else folder


def _packed_model_section(workspace: Workspace, options: Options) -> Section:
    folder = _model_folder(workspace, options.rules)
    if folder is None:
        reason = "The model: there is no model folder to look at."
        return Section("model", workspace.name, unchecked=(reason,))
    weights = workspace.files(*WEIGHT_SUFFIXES)
    if not workspace.whole and not any(file.path.startswith(f"{folder}/") for file in weights):
        reason = "The model: its weights could not be read."
        return Section("model", workspace.shown(folder), unchecked=(reason,))
    return _model_section(workspace.root / folder, workspace.shown(folder), options)


def _model_section(folder: Path, name: str, options: Options) -> Section:
    return model.section(folder, name, options.rules, progress=options.progress)


def _team_section(subject: Opened, text: str, options: Options) -> Section:
    package_id = None
    if subject.kind == "zip":
        package_id = package.student_id(subject.name, options.rules)
    team = team_name.read_team_name(text, options.rules, package_id, options.roster)
    return team_name.section(team, options.rules)
