"""`reruns.csv`: what is run of each submission, for the TA to see, to answer and to overrule."""

from __future__ import annotations

import hashlib
import posixpath
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional, Union

from grader.csv_files import CsvFileError, columns_of, plain_cell, read_rows, write_changed, written
from grader.rerun.command_words import Line, entry, find, same, shown, split, understood, words_of
from grader.rerun.records import Entry, Unclear
from validators.display import clean, quoted

NAME = "reruns.csv"
"""The file in the work folder."""

SKIP = "skip"
"""The answer of a TA who doesn't want a submission's code to be run."""

COLUMNS = ("submission", "asks", "found", "why", "candidates", "asked", "before", "answer")
"""The columns; only the last is the TA's."""

FOUND_BY = f"the TA's answer in {NAME}"
"""The rule by which an answered entry was found."""

_LETTERS = 'Where letters became "?", save the file as "CSV UTF-8", or copy them again.'
_WANTED = f'write the number of a candidate, a command, the path of a notebook, or "{SKIP}".'


@dataclass(frozen=True)
class Skip:
    """The TA's word that this submission's code is not run."""


@dataclass(frozen=True)
class Case:
    """One submission's row: what was found by the rules, and the files that an answer may name."""

    submission: str
    found: Union[Entry, Unclear]
    files: tuple[str, ...] = ()

    @property
    def candidates(self) -> tuple[Entry, ...]:
        """What a number in the answer means, beginning with 1."""
        return self.found.candidates if isinstance(self.found, Unclear) else (self.found,)

    @property
    def asked(self) -> str:
        """A name of the question: another one as soon as an answer could mean something else."""
        kind = "unclear" if isinstance(self.found, Unclear) else "found"
        told = "\0".join((kind, *map(shown, self.candidates)))
        return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:12]


@dataclass(frozen=True)
class Answer:
    """What the TA wrote into one row; `asked` names the question that they had before them."""

    submission: str
    text: str
    asked: str
    line: int


@dataclass(frozen=True)
class Answers:
    """The answers of a `reruns.csv` by submission.

    `before` are answers that were given when other things were found; they are shown, not obeyed.
    """

    file: str
    by_submission: Mapping[str, Answer]
    before: Mapping[str, str]

    def to(self, case: Case) -> Optional[Answer]:
        """The answer, unless it was given when other things were found."""
        answer = self.by_submission.get(case.submission)
        return answer if answer and answer.asked in ("", case.asked) else None

    def outdated(self, case: Case) -> str:
        """The answer that was given when other things were found; empty if there is none."""
        answer = self.by_submission.get(case.submission)
        if answer and answer.asked not in ("", case.asked):
            return answer.text
        return "" if answer else self.before.get(case.submission, "")

    def decided(self, case: Case) -> Union[Entry, Skip, None]:
        """What the TA decided about the submission; None where they left it to the rules.

        A bad answer decides nothing; `refuse_wrong` tells it.
        """
        answer = self.to(case)
        meant = _meant(answer.text, case) if answer else None
        return None if isinstance(meant, str) else meant


NO_ANSWERS = Answers(NAME, {}, {})
"""What holds before there is a file."""


def read_answers(path: Path, legacy_encoding: str) -> Answers:
    """The answers in the file, or none where it isn't there. Raises CsvFileError."""
    if not path.exists():
        return NO_ANSWERS
    header, *rows = read_rows(path, legacy_encoding)
    columns = columns_of(header, {name: (name,) for name in COLUMNS})
    for needed in ("submission", "answer"):
        if columns[needed] is None:
            raise CsvFileError(f'{path.name}:{header.line}: there is no column "{needed}".')
    found: dict[str, Answer] = {}
    before: dict[str, str] = {}
    for row in rows:
        submission = plain_cell(row.cell(columns["submission"]))
        text = plain_cell(row.cell(columns["answer"]))
        if not text:
            before[submission] = plain_cell(row.cell(columns["before"]))
            continue
        if submission in found:
            raise CsvFileError(
                f"{path.name}:{row.line}: {quoted(submission, 80)} is answered on line "
                f"{found[submission].line} already. Keep one of the two rows."
            )
        asked = plain_cell(row.cell(columns["asked"]))
        found[submission] = Answer(submission, text, asked, row.line)
    return Answers(path.name, found, before)


def refuse_wrong(answers: Answers, cases: Sequence[Case], submissions: Sequence[str] = ()) -> None:
    """Raise CsvFileError for every answer that can't be obeyed, each with its line.

    `submissions` are further ones that there are, for which nothing was looked for this time.
    """
    known = {case.submission: case for case in cases}
    problems = []
    for answer in sorted(answers.by_submission.values(), key=lambda each: each.line):
        case = known.get(answer.submission)
        meant: Union[Entry, Skip, str] = Skip()
        if case is not None and answers.to(case) is not None:
            meant = _meant(answer.text, case)
        elif case is None and answer.submission not in submissions:
            hint = _LETTERS if "?" in answer.submission else "Remove the row."
            meant = f"there is no submission {quoted(answer.submission, 80)}. {hint}"
        if isinstance(meant, str):
            problems.append(f"{answers.file}:{answer.line}: {meant}")
    if problems:
        raise CsvFileError("\n".join(problems))


def write_questions(path: Path, cases: Sequence[Case], answers: Answers) -> bool:
    """Write a row for each submission, open questions first; whether the file was changed.

    Answers about other submissions are kept.
    """
    return write_changed(path, written(COLUMNS, _rows(cases, answers)))


def _rows(cases: Sequence[Case], answers: Answers) -> Iterator[tuple[str, ...]]:
    by_name = {case.submission: case for case in cases}

    def order(name: str) -> tuple[bool, str]:
        case = by_name.get(name)
        is_open = case is not None and isinstance(case.found, Unclear)
        return (not is_open, name)

    for name in sorted({*by_name, *answers.by_submission}, key=order):
        if name in by_name:
            yield _row(by_name[name], answers)
        else:
            answer = answers.by_submission[name]
            yield (name, "", "", "", "", answer.asked, "", answer.text)


def _row(case: Case, answers: Answers) -> tuple[str, ...]:
    asks, found, why = "", "", ""
    if isinstance(case.found, Unclear):
        asks = clean(case.found.asks)
    else:
        found, why = clean(shown(case.found)), clean(case.found.found_by)
    candidates = "; ".join(
        f"{number}: {clean(shown(one))}" for number, one in enumerate(case.candidates, 1)
    )
    current = answers.to(case)
    text = current.text if current else ""
    before = answers.outdated(case)
    return (case.submission, asks, found, why, candidates, case.asked, before, text)


def _meant(text: str, case: Case) -> Union[Entry, Skip, str]:
    """What the answer says is run; a text where it can't be obeyed, which says why."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold() == SKIP:
        return Skip()
    if plain.isdecimal():
        number = int(plain[:9])
        if not 1 <= number <= len(case.candidates):
            return f"there is no candidate {quoted(plain)}; {_WANTED}"
        return replace(case.candidates[number - 1], found_by=FOUND_BY)
    line = _line(text, case)
    if isinstance(line, str):
        return line
    path = find(line.file, line.folder, {same(path): path for path in case.files})
    if not path:
        told = f"{quoted(line.file, 80)} is not in the submission; {_WANTED}"
        return f"{told} {_LETTERS}" if "?" in line.file else told
    return entry(line, path, FOUND_BY)


def _line(text: str, case: Case) -> Union[Line, str]:
    """The one program of a typed command, after a `cd` or none."""
    if text.lower().endswith(".ipynb") and find(
        text, "", {same(path): path for path in case.files}
    ):
        return Line((text,), text)  # a path with spaces needs no quotes
    try:
        parts = split(words_of(text))
    except ValueError as trouble:
        return f"{quoted(text, 80)} can't be split into words ({trouble}); {_WANTED}"
    folder = ""
    if len(parts) == 2 and parts[0][0][:1] == ["cd"] and len(parts[0][0]) == 2:
        folder = _folder(parts[0][0][1], case)
        if not folder:
            return f"there is no folder {quoted(parts[0][0][1], 80)} in the submission; {_WANTED}"
        parts = parts[1:]
    line = understood(parts[0][0]) if len(parts) == 1 else None
    if line is None or line.vague:
        why = f" ({line.vague})" if line is not None else ""
        return f"{quoted(text, 80)} is not one Python program or notebook{why}; {_WANTED}"
    if line.left_out:
        told = quoted(line.left_out[0], 80)
        return f"{told} would be left out of {quoted(text, 80)}. Write the command without it."
    return replace(line, folder=folder)


def _folder(typed: str, case: Case) -> str:
    start = same(posixpath.normpath(typed.replace("\\", "/")).strip("/"))
    inside = next((path for path in case.files if same(path).startswith(f"{start}/")), "")
    return "/".join(inside.split("/")[: start.count("/") + 1])
