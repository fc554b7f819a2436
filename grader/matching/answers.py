"""`matches.csv`: the open questions for the TA, and the answers that the next run obeys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Optional

from grader.csv_files import CsvFileError, columns_of, plain_cell, read_rows, write_changed, written
from grader.matching.register import Register
from grader.matching.times import read_time
from grader.records import Question
from validators.display import clean, quoted

NOBODY = "none"
# A spreadsheet that saves a CSV in an old encoding does that to letters which it lacks.
_LETTERS = 'Where letters became "?", save the file as "CSV UTF-8", or copy them again.'
COLUMNS = ("question", "asks", "candidates", "asked", "before", "decision")


@dataclass(frozen=True)
class Answer:
    """What the TA wrote into one row; `asked` names the question that they had before them."""

    key: str
    decision: str
    asked: str
    line: int


@dataclass(frozen=True)
class Answers:
    """The answers of a `matches.csv`, by the key of the question.

    `before` are answers that were given when the facts were others; they are shown, not obeyed.
    """

    file: str
    by_key: Mapping[str, Answer]
    before: Mapping[str, str]

    def to(self, question: Question) -> Optional[Answer]:
        """The answer, unless it was given when the facts were others."""
        answer = self.by_key.get(question.key)
        return answer if answer and answer.asked in ("", question.asked) else None

    def outdated(self, question: Question) -> str:
        """The answer that was given when the facts were others; empty if there is none."""
        answer = self.by_key.get(question.key)
        if answer and answer.asked not in ("", question.asked):
            return answer.decision
        return "" if answer else self.before.get(question.key, "")


NO_ANSWERS = Answers("matches.csv", {}, {})


def read_answers(path: Path, legacy_encoding: str) -> Answers:
    """The decisions in the file, or none where it isn't there. Raises CsvFileError."""
    if not path.exists():
        return NO_ANSWERS
    header, *rows = read_rows(path, legacy_encoding)
    columns = columns_of(header, {name: (name,) for name in COLUMNS})
    for needed in ("question", "decision"):
        if columns[needed] is None:
            raise CsvFileError(f'{path.name}:{header.line}: there is no column "{needed}".')
    found: dict[str, Answer] = {}
    before: dict[str, str] = {}
    for row in rows:
        key = plain_cell(row.cell(columns["question"]))
        decision = plain_cell(row.cell(columns["decision"]))
        if not decision:
            before[key] = plain_cell(row.cell(columns["before"]))
            continue
        if key in found:
            raise CsvFileError(
                f"{path.name}:{row.line}: {quoted(key, 80)} is decided on line {found[key].line} "
                "already. Keep one of the two rows."
            )
        found[key] = Answer(key, decision, plain_cell(row.cell(columns["asked"])), row.line)
    return Answers(path.name, found, before)


def refuse_unknown(
    answers: Answers,
    register: Register,
    sources: Iterable[str],
    teams: Iterable[str],
) -> None:
    """Raise CsvFileError for every decision on or for somebody or something that isn't there."""
    known = set(sources)
    subjects = {
        "submission": known, "time": known, "team": set(teams), "choice": set(register.students)
    }  # fmt: skip
    problems = []
    for answer in sorted(answers.by_key.values(), key=lambda each: each.line):
        about, _, subject = answer.key.partition(" ")
        why = _wrong_subject(subject, subjects.get(about))
        why = why or _wrong_decision(about, answer.decision, register, known)
        if why:
            problems.append(f"{answers.file}:{answer.line}: {why}")
    if problems:
        raise CsvFileError("\n".join(problems))


def write_questions(path: Path, questions: Sequence[Question], answers: Answers) -> bool:
    """Write the open and the answered questions; whether the file was changed.

    Decisions of the TA's own that answer no question are kept.
    """
    return write_changed(path, written(COLUMNS, _rows(questions, answers)))


def _rows(questions: Sequence[Question], answers: Answers) -> Iterator[tuple[str, ...]]:
    asked = {question.key: question for question in questions}
    for key in sorted({*asked, *answers.by_key}):
        answer = answers.by_key.get(key)
        if key not in asked:
            assert answer is not None
            yield (key, "", "", answer.asked, "", answer.decision)
            continue
        question = asked[key]
        told = "; ".join(clean(str(candidate)) for candidate in question.candidates)
        current = answers.to(question)
        decision = current.decision if current else ""
        before = answers.outdated(question)
        yield (key, clean(question.asks), told, question.asked, before, decision)


def _wrong_subject(subject: str, known: Optional[set[str]]) -> str:
    if known is None:
        return "the column question was changed. Leave it as it was written."
    if subject not in known:
        return (
            f"there is nothing called {quoted(subject, 80)} in what was given. "
            f"{_LETTERS if '?' in subject else 'Remove the row.'}"
        )
    return ""


def _wrong_decision(about: str, decision: str, register: Register, sources: set[str]) -> str:
    if about == "time":
        if decision != NOBODY and read_time(decision) is None:
            return f'{quoted(decision)} is no time; write it as 2024-05-14 23:59, or "{NOBODY}".'
    elif about == "choice":
        if decision not in sources:
            told = f"no submission is called {quoted(decision, 80)}; copy it from candidates."
            return f"{told} {_LETTERS}" if "?" in decision else told
    elif decision != NOBODY and register.student(decision) is None:
        return (
            f'no student has the id {quoted(decision)}; write an id of the roster, or "{NOBODY}".'
        )
    return ""


def decided_time(answer: Answer) -> Optional[datetime]:
    """The time that the TA wrote, or None where they leave it unknown."""
    return None if answer.decision == NOBODY else read_time(answer.decision)
