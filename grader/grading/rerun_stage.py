"""Running the code of a class again: what is missing, as the machine can, three tries each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Callable

from grader.csv_files import CsvFileError
from grader.grading.reruns import TRIES, RerunBook, Reruns, isolated, refused
from grader.records import Entrant
from grader.rerun import reruns_csv
from grader.rerun.assets import read_assets
from grader.rerun.blinding import test_bills
from grader.rerun.records import Entry, Rerun, Unclear
from grader.rerun.reruns_csv import Case, write_questions
from grader.runs import Plan
from grader.sandbox.trouble import SandboxFault
from grader.store import Store
from grader.work_folder import RERUNS
from grader.workers import Answer, Setup, looked_at
from validators.display import clean

Watch = Callable[[int, int, Entrant, Answer], None]


class RerunStage:
    """The stage of one run; `unsandboxed` says afterwards why it could not do its work, if so."""

    def __init__(
        self, reruns: Reruns, store: Store, watch: Watch, begin: Callable[[], None]
    ) -> None:
        self.reruns, self.store = reruns, store
        self.unsandboxed = ""
        self._watch, self._begin = watch, begin
        self._results: dict[str, Rerun] = {}

    def done(self, entrants: Sequence[Entrant], plan: Plan, setup: Setup) -> dict[str, Rerun]:
        """The results by submission, after what was missing has been done. Raises AssetsError."""
        wishes, rules = self.reruns.wishes, self.reruns.rules
        book = RerunBook(self.store, plan.planned, rules, wishes.full)
        self._results = book.results
        missing = book.missing(entrants)
        if not missing or wishes.later:
            return book.results
        try:
            isolated(wishes)
        except SandboxFault as fault:
            self.unsandboxed = clean(f"{fault} {fault.remedy}".strip())
            book.results.update(refused(missing, fault))
            return book.results
        # What the course itself lacks is told once, before anybody's code is started.
        test_bills(read_assets(self.reruns.assets), rules)
        self._begin()
        for _ in range(TRIES):
            self._round(book, missing, self.reruns.setup(setup))
            missing = book.missing(missing)
            if not missing:
                break
        return book.results

    def write_questions(self, entrants: Sequence[Entrant]) -> None:
        """Write what is run of each submission into `reruns.csv`, with what the TA must answer."""
        cases = []
        for entrant in entrants:
            source = "" if entrant.submission is None else entrant.submission.source
            reran = self._results.get(source)
            # What needed no code to be run asks nothing.
            if reran is not None and isinstance(reran.found, Entry if not reran.waits else Unclear):
                cases.append(Case(source, reran.found))
        path = self.reruns.work / RERUNS
        if cases or path.exists():
            write_questions(path, cases, self.reruns.answers)

    def refuse_wrong(self, submissions: Collection[str]) -> None:
        """Raise CsvFileError for every answer of the TA that can't be obeyed, with its line.

        `submissions` are all that there are: an answer about another one was meant for one of them.
        """
        answers = self.reruns.answers
        strangers = set(answers.by_submission) - set(submissions)
        unknown = {source: answers.by_submission[source] for source in strangers}
        reruns_csv.refuse_wrong(replace(answers, by_submission=unknown), ())
        wrong = {
            answers.by_submission[source].line: reran.bad_answer
            for source, reran in self._results.items()
            if reran.bad_answer and source in answers.by_submission
        }
        if wrong:
            lines = (f"{answers.file}:{line}: {wrong[line]}" for line in sorted(wrong))
            raise CsvFileError("\n".join(lines))

    def _round(self, book: RerunBook, missing: Sequence[Entrant], setup: Setup) -> None:
        by_source = {each.submission.source: each for each in missing if each.submission}
        tasks = [self.reruns.task(each) for each in missing]
        for done, answer in enumerate(looked_at(tasks, setup), 1):
            book.write(answer)
            self._watch(done, len(tasks), by_source[answer.key], answer)
