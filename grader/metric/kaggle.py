"""The metric as Kaggle calls it: two data frames in, one number out.

This module is the last part of the file that `grade kaggle-metric` writes; nothing else of the
project imports it, since it is the only one that needs pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from grader.metric.alignment import MisalignedError, aligned, id_text, named_texts, plain_id
from grader.metric.dialects import mean_in_order, refuse_unknown, row_value

_USAGE = "Usage"


class ParticipantVisibleError(Exception):
    """What is wrong with a submission; Kaggle shows a participant this text and no other."""


def score(
    solution: pd.DataFrame,
    submission: pd.DataFrame,
    row_id_column_name: str,
    label_column: str = "Label",
    text_column: str = "Predict",
    metric: str = "handout",
    stemmer: bool = False,
) -> float:
    """The mean over the solution's rows of ROUGE between the label and the prediction.

    The metric "handout" is the course's ROUGE-Lsum: sentences end at full stops; each sentence
    of the label counts its longest common subsequence with the best sentence of the prediction;
    the sum is divided by the label's tokens. "rougeLsum", "rouge1", "rouge2" and "rougeL" are
    F-measures as `rouge-score` computes them, with its stemmer if `stemmer` is true.

    >>> solution = pd.DataFrame({"id": [0, 1], "Label": ["A bill. It pays.", "No change"]})
    >>> submission = pd.DataFrame({"id": [0, 1], "Predict": ["a bill pays", "no"]})
    >>> score(solution.copy(), submission.copy(), "id")
    0.625
    >>> score(solution.copy(), solution.rename(columns={"Label": "Predict"}), "id")
    1.0
    """
    refuse_unknown(metric, stemmer=stemmer)
    references = _labels(solution, label_column)
    _check_columns(submission, row_id_column_name, text_column)
    predictions = _predictions(submission, row_id_column_name, text_column)
    places = _places(solution, submission, row_id_column_name)
    rows = [
        row_value(reference, predictions[place], metric, stemmer=stemmer)
        for reference, place in zip(references, places)
    ]
    return float(mean_in_order(rows))


def _labels(solution: pd.DataFrame, column: str) -> list[str]:
    if column not in solution.columns:
        raise ValueError(f"the solution has no column {column!r}; it has {list(solution.columns)}")
    labels = solution[column].tolist()
    if not labels:
        raise ValueError("the solution has no rows")
    other = [label for label in labels if not isinstance(label, str)]
    if other:
        raise ValueError(f"{len(other)} labels of the solution were not read as text")
    return labels


def _check_columns(submission: pd.DataFrame, row_id: str, text: str) -> None:
    columns = [str(name) for name in submission.columns]
    known = (row_id, text, _USAGE)
    extra = [name for name in columns if name not in known]
    remedy = f'The file needs the columns "{row_id}" and "{text}" and no others.'
    if text not in columns:
        found = named_texts(columns) or "none"
        raise ParticipantVisibleError(f'There is no column "{text}"; found {found}. {remedy}')
    if extra:
        raise ParticipantVisibleError(
            f"Unexpected column: {named_texts(extra)}. {remedy} "
            "pandas writes no further column with to_csv(..., index=False)."
        )
    if len(set(columns)) < len(columns):
        raise ParticipantVisibleError(f"A column appears twice. {remedy}")


def _predictions(submission: pd.DataFrame, row_id: str, column: str) -> list[str]:
    """The texts, once it is certain that all cells hold text."""
    cells = submission[column].tolist()
    missing = submission[column].isna().tolist()
    other = [place for place, cell in enumerate(cells) if not isinstance(cell, str)]
    if not other:
        return cells
    rows = _rows_named(submission, row_id, other)
    empty = sum(missing)
    if empty:
        places = [place for place, gone in enumerate(missing) if gone]
        raise ParticipantVisibleError(
            f'{empty:,} of {len(cells):,} cells of "{column}" are read as missing: '
            f"{_rows_named(submission, row_id, places)}. An empty cell and the bare words NA, "
            "NaN, None and null are read so. Write some text there."
        )
    kind = "true or false" if all(isinstance(cells[p], bool) for p in other) else "numbers"
    raise ParticipantVisibleError(
        f'{len(other):,} of {len(cells):,} cells of "{column}" are read as {kind}, not as text: '
        f"{rows}. Each prediction must be a text with words."
    )


def _rows_named(submission: pd.DataFrame, row_id: str, places: Sequence[int]) -> str:
    if row_id in submission.columns:
        ids = submission[row_id].tolist()
        return f"ID {named_texts([id_text(ids[place]) for place in places])}"
    return f"{len(places):,} rows, the first is row {places[0] + 1:,} below the header"


def _places(solution: pd.DataFrame, submission: pd.DataFrame, row_id: str) -> Sequence[int]:
    """Where the prediction for each row of the solution stands."""
    rows, given = len(solution), len(submission)
    if row_id not in solution.columns or row_id not in submission.columns:
        # Kaggle has aligned the rows before it dropped the column.
        if rows != given:
            raise ParticipantVisibleError(f"There are {given:,} rows; expected {rows:,}.")
        return range(rows)
    expected = _ids(solution[row_id])
    if len(set(expected)) < rows or "" in expected:
        raise ValueError("the solution has a blank or repeated ID")
    names = _ids(submission[row_id])
    try:
        return aligned(expected, names)
    except MisalignedError as error:
        if _ids_are_the_index(submission, names, expected):
            raise ParticipantVisibleError(
                "Every row has one field more than the header, so that the IDs were not read as "
                'a column. Put each text in double quotes, or replace its commas by ".".'
            ) from error
        raise ParticipantVisibleError(str(error)) from error


def _ids_are_the_index(
    submission: pd.DataFrame, names: Sequence[str], expected: Sequence[str]
) -> bool:
    """Whether pandas made the first field of every row the index, not the ID."""
    wanted = set(expected)
    return wanted <= set(_ids(submission.index)) and wanted.isdisjoint(map(plain_id, names))


def _ids(column: Any) -> list[str]:
    return [id_text(value) for value in column.tolist()]
