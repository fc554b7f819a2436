"""Checking one submission: which of its parts are looked at, in which order.

The checks themselves stand in the modules of their part: `package`, `predictions` (csv), `model`
and `team_name`. A part is a `Section` of the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Callable, Optional

from validators import model, package, predictions, team_name
from validators.opening import Opened, Progress, fault_of, no_progress, opened
from validators.package import Workspace
from validators.report import Report, Section
from validators.rules import Rules, rules_digest
from validators.rules.records import IdList, Part

Plan = tuple[Part, Callable[[], Section]]


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
    for part, run in _plans(subject, options):
        if part not in options.parts:
            continue
        try:
            yield run()
        except Exception as error:  # what breaks here is ours: a fault, never the student's
            yield Section(part, subject.name, fault=fault_of(part, error))


def with_ids(rules: Rules, values: tuple[str, ...]) -> Rules:
    """The rules with these IDs in place of their own."""
    own = rules.predictions.model_copy(update={"ids": IdList(values=values)})
    return rules.model_copy(update={"predictions": own})


def _plans(subject: Opened, options: Options) -> Iterator[Plan]:
    """What there is to look at, in the order of the report."""
    rules, path, name = options.rules, subject.path, subject.name
    if subject.kind == "report":
        yield "package", partial(package.report_section, path, name, rules)
    elif subject.kind == "csv":
        yield "csv", partial(predictions.section, path, name, rules)
    elif subject.kind == "model":
        yield "model", partial(_model_section, path, name, options)
    else:
        assert subject.workspace is not None
        yield from _package_plans(subject, subject.workspace, options)
    if options.team is not None:
        yield "team", partial(_team_section, subject, options.team, options)


def _package_plans(subject: Opened, workspace: Workspace, options: Options) -> Iterator[Plan]:
    rules = options.rules
    given = (subject.name,) if subject.kind == "zip" else ()
    yield "package", partial(package.section, workspace, rules, given + options.beside)
    if not workspace.opened:  # the package section says why; nothing else has anything to say
        return
    files = _prediction_files(workspace, rules)
    for file in files:
        path, name = workspace.root / file, workspace.shown(file)
        yield "csv", partial(predictions.section, path, name, rules)
    if not files:
        yield "csv", partial(predictions.absent_section, workspace.name, rules)
    if rules.model is not None:
        name = rules.model.folder
        if name in workspace.folders:
            folder = workspace.root / name
            yield "model", partial(_model_section, folder, workspace.shown(name), options)
        else:
            reason = f"The model: there is no {name}/ to look at."
            yield "model", partial(Section, "model", name, unchecked=(reason,))


def _prediction_files(workspace: Workspace, rules: Rules) -> tuple[str, ...]:
    return tuple(
        file.path
        for file in workspace.files(".csv")
        if predictions.looks_like_predictions(workspace.root / file.path, rules)
    )


def _model_section(folder: Path, name: str, options: Options) -> Section:
    return model.section(folder, name, options.rules, progress=options.progress)


def _team_section(subject: Opened, text: str, options: Options) -> Section:
    package_id = None
    if subject.kind == "zip":
        package_id = package.student_id(subject.name, options.rules)
    team = team_name.read_team_name(text, options.rules, package_id, options.roster)
    return team_name.section(team, options.rules)
