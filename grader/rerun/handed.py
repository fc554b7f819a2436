"""What was handed in that a re-run needs: predictions, model folder, README, the names of files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from grader.rerun.readme_commands import read_readme
from validators.checks import prediction_files
from validators.digests import digest_file
from validators.package import Workspace
from validators.predictions import read_predictions
from validators.predictions.ids import IdSet
from validators.rules import Rules


@dataclass(frozen=True)
class Handed:
    """A submission as a re-run takes it.

    `predictions` are by row of the test split, of the file called `predictions_file` (empty where
    there is none). `model` is the model's folder in the package, None without one. `csv_digests`,
    with the path before each, tell files that a program only copied.
    """

    root: Path
    files: tuple[str, ...]
    readme: str
    predictions: tuple[tuple[int, str], ...]
    predictions_file: str
    model: Optional[str]
    csv_digests: tuple[tuple[str, str], ...]


def handed_in(workspace: Workspace, rules: Rules) -> Handed:
    """What the workspace holds of it; what can't be read is not there."""
    name, texts = best_predictions(workspace, rules)
    csvs = workspace.files(".csv")
    folder = None if rules.model is None else rules.model.folder
    return Handed(
        root=workspace.root,
        files=tuple(entry.path for entry in workspace.entries),
        readme=read_readme(workspace, rules.package.legacy_name_encoding),
        predictions=texts,
        predictions_file=name,
        model=folder if folder in workspace.folders else None,
        csv_digests=tuple(
            (each.path, digest_file(workspace.root / each.path, each.path).sha256) for each in csvs
        ),
    )


def best_predictions(workspace: Workspace, rules: Rules) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The file with the most rows of the competition, of several the nearest to the top; its rows.

    Its name is the path as it is called in what was handed in.
    """
    best: tuple[str, tuple[tuple[int, str], ...]] = ("", ())
    for path in prediction_files(workspace, rules):
        rows = rows_of(workspace.root / path, path, rules)
        if len(rows) > len(best[1]):
            best = (workspace.shown(path), rows)
    return best


def rows_of(path: Path, name: str, rules: Rules) -> tuple[tuple[int, str], ...]:
    """The texts of a file by row of the test split; of a repeated ID the first counts."""
    ids = IdSet.of(rules.predictions)
    found = read_predictions(path, name, rules)
    place = {key: number for number, key in enumerate(ids.keys)}
    rows: dict[int, str] = {}
    for field, text in zip(found.ids, found.texts):
        key = ids.key(field)
        if key is not None and key in place:
            rows.setdefault(place[key], text)
    return tuple(sorted(rows.items()))
