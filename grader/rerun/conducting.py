"""One submission run again: its weights by our own code first, then its own code, then weighed."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional, Union

from grader.csv_files import CsvFileError
from grader.looking import Look, Placed, Want, placed
from grader.records import Submission
from grader.rerun.assets import Assets, AssetsError, read_assets
from grader.rerun.blinding import Blinding, blinded
from grader.rerun.clean_room.records import Proof
from grader.rerun.clean_room_request import proof_of, released_proof_of
from grader.rerun.code_run import Bench, Outcome, execute, model_inside
from grader.rerun.comparing import compare
from grader.rerun.contract import read_contract
from grader.rerun.course_folder import COURSE, Course, write_course
from grader.rerun.entries import entry_of, program_of
from grader.rerun.evidence import Evidence
from grader.rerun.handed import Handed, handed_in
from grader.rerun.orders import Orders, read_orders
from grader.rerun.proving import proved
from grader.rerun.records import BlindSet, Entry, Ran, Rerun, Settings, Stage, Unclear
from grader.rerun.reruns_csv import NO_ANSWERS, Case, Skip, refuse_wrong
from grader.rerun.rows import put_back, reordered
from grader.rerun.unwalled import linked, outside
from grader.rerun.weighing import wants_second_run, weigh
from grader.sandbox.isolation import Isolation, isolation, no_isolation
from grader.sandbox.trouble import SandboxFault
from validators.display import clean
from validators.faults import fault_of
from validators.findings import Finding
from validators.report import Fault
from validators.rerun_codes import PROVED, REPRODUCED
from validators.rules import Rules

_MEND = "Verdict withheld, not the student's fault."


def look_again(
    submission: Submission, root: Path, scratch: Path, rules: Rules, key: Any,
    wants: Collection[Want], orders: str,
) -> Look:  # fmt: skip
    """Run the submission again as the orders say; what breaks on our side stands in the faults."""
    started = time.monotonic()
    place = placed(submission, root, scratch, rules)
    source = clean(submission.source)
    try:
        found = _rerun(submission, place, scratch, rules, read_orders(orders))
    except SandboxFault as fault:
        remedy = f"{_MEND} {fault.remedy or 'Run: grade doctor.'}"
        found = Rerun(faults=(Fault("fault.sandbox", source, f"{clean(str(fault))}.", remedy),))
    except AssetsError as error:
        found = Rerun(faults=(Fault("fault.assets", source, clean(str(error)), _MEND),))
    except Exception as error:  # ours, and no word about the submission
        found = Rerun(faults=(replace(fault_of("rerun", error), place=source, remedy=_MEND),))
    return Look(reran=replace(found, wall_seconds=time.monotonic() - started))


def _rerun(
    submission: Submission, place: Placed, scratch: Path, rules: Rules, orders: Orders
) -> Rerun:
    if place.opened.fault is not None:
        return Rerun(faults=(place.opened.fault,))
    assert place.opened.workspace is not None
    handed = handed_in(place.opened.workspace, rules)
    found = entry_of(handed.root, handed.files, handed.readme, None)
    decided, bad = _decided(submission.source, orders, Case(submission.source, found, handed.files))
    if isinstance(decided, Skip):
        return Rerun(found=found, skipped=True, full=orders.full)
    assets = read_assets(Path(orders.assets))
    again = Again(
        handed, rules, orders, assets,
        blinded(assets, rules, orders, dict(handed.predictions)),
        no_isolation() if orders.unsafe else isolation(), scratch,
    )  # fmt: skip
    if bad:
        return Rerun(found=found, bad_answer=bad, waits=True, full=orders.full)
    return replace(again.done(found, decided), found=found, full=orders.full)


def _decided(source: str, orders: Orders, case: Case) -> tuple[Union[Entry, Skip, None], str]:
    """What the TA's answer says, and why it can't be obeyed if so."""
    if orders.answer is None:
        return None, ""
    answers = replace(NO_ANSWERS, by_submission={source: orders.answer})
    try:
        refuse_wrong(answers, [case])
    except CsvFileError as error:
        # The line of the file is told where the file is known.
        return None, str(error).partition(": ")[2]
    return answers.decided(case), ""


@dataclass(frozen=True)
class Again:
    """Running one submission again: everything that it takes."""

    handed: Handed
    rules: Rules
    orders: Orders
    assets: Assets
    blinding: Blinding
    isolation: Isolation
    scratch: Path

    def done(self, found: Union[Entry, Unclear], decided: Optional[Entry]) -> Rerun:
        """The weights by our own code; where these don't settle it, the submission's own code."""
        contract = read_contract(self.handed.root, self.handed.files)
        declared = None if contract.contract is None else contract.contract.settings
        evidence = Evidence(
            program="", blind=self.blinding.blind, submitted=self.handed.predictions,
            proof=proof_of(self, declared), model_folder=self.handed.model or "",
            isolated=self.isolation.kind != "none", gpu=self.orders.gpu,
            released_names=self._released_names,
        )  # fmt: skip
        settled = proved(evidence) is not None
        if settled and self.rules.rerun.policy == "predict":
            return self._told(evidence, contract.findings, None)
        if not settled and self.handed.predictions:
            evidence = replace(evidence, released_proof=released_proof_of(self, evidence.proof))
        entry = found if decided is None else self._completed(decided)
        if isinstance(entry, Unclear):
            return replace(self._told(evidence, contract.findings, None), waits=not settled)
        outcomes = self._run(entry, evidence)
        evidence = replace(
            evidence, program=program_of(entry, self.handed.files),
            ran=tuple(each.ran for each in outcomes),
            copied=tuple(sorted({path for each in outcomes for path in each.copied})),
        )  # fmt: skip
        return self._told(evidence, contract.findings, entry)

    def _completed(self, decided: Entry) -> Entry:
        """The TA's entry with the names of the files that it writes."""
        whole = entry_of(self.handed.root, self.handed.files, self.handed.readme, decided)
        return decided if isinstance(whole, Unclear) else whole

    @property
    def _released_names(self) -> tuple[str, ...]:
        """The released model's folder, and every other model of the course that has weights."""
        own = [] if self.orders.released_model is None else [Path(self.orders.released_model).name]
        return tuple(sorted({*own, *(each.name for each in self.assets.models if each.weights)}))

    def _run(self, entry: Entry, evidence: Evidence) -> list[Outcome]:
        """One run, and where the first doesn't give the submitted texts, one in another order."""
        blind = evidence.blind
        first = execute(self._bench(entry, blind, "course-1"), self.scratch / "output-1")
        if not wants_second_run(replace(evidence, ran=(first.ran,))):
            return [first]
        other, places = reordered(blind, self.orders.seed)
        second = execute(self._bench(entry, other, "course-2"), self.scratch / "output-2")
        texts = put_back(second.ran.predictions, places)
        return [first, replace(second, ran=replace(second.ran, predictions=texts))]

    def _bench(self, entry: Entry, blind: BlindSet, name: str) -> Bench:
        """What one run takes: the course with these rows, in a folder of that name."""
        rerun = self.rules.rerun
        folder = self.scratch / name
        folder.mkdir()
        course = Course(
            dataset=rerun.dataset, test_split=rerun.split, policy=rerun.policy,
            labels=rerun.labels, model_folder=model_inside(self.handed),
            hidden=self.blinding.hidden, gpu=self.orders.gpu, threads=self.orders.threads,
            root=COURSE,
        )  # fmt: skip
        if self.isolation.kind == "none":
            given = linked(write_course(folder, self.assets, blind, outside(course, folder)))
        else:
            given = write_course(folder, self.assets, blind, course)
        return Bench(
            self.handed, entry, given, len(blind.rows), self.rules, self.isolation,
            None if self.orders.python is None else Path(self.orders.python), self.orders.gpu,
        )  # fmt: skip

    def _told(
        self, evidence: Evidence, findings: tuple[Finding, ...], entry: Optional[Entry]
    ) -> Rerun:
        """The evidence weighed, and put on record."""
        blind, submitted = evidence.blind, dict(evidence.submitted)
        stage, texts, settings = _best(evidence)
        weighed = weigh(evidence)
        wanted = PROVED.name if stage == "clean room" else REPRODUCED.name
        agrees = any(each.code == wanted for each in weighed)
        compared = compare(texts, blind, submitted)
        return Rerun(
            findings=(*findings, *weighed),
            proved_by=stage if agrees else "nothing",
            entry=entry,
            settings=settings,
            agreement=compared.agreement if submitted and any(texts) else None,
            rows=tuple((row.kind, row.source) for row in blind.rows),
            texts=texts,
            submitted=tuple(submitted.get(row.source) for row in blind.rows) if submitted else (),
            ran=tuple(replace(each, predictions=()) for each in evidence.ran),
            facts=tuple(_facts(self.handed, evidence.proof, evidence.ran)),
        )


def _best(evidence: Evidence) -> tuple[Stage, tuple[Optional[str], ...], Optional[Settings]]:
    """The texts that stand for the re-run, which stage made them, and with what settings."""
    shown, blind = proved(evidence), evidence.blind
    if shown is not None:
        texts: list[Optional[str]] = [None] * len(blind.rows)
        for place, text in zip(blind.at("sample"), shown.made.texts):
            texts[place] = text
        return "clean room", tuple(texts), shown.made.settings
    if evidence.readable:
        return "code", evidence.readable[0].predictions, None
    return "nothing", (None,) * len(blind.rows), None


def _facts(handed: Handed, proof: Optional[Proof], ran: tuple[Ran, ...]) -> list[str]:
    """What was done, a sentence each."""
    told = []
    if handed.predictions_file:
        rows = len(handed.predictions)
        told.append(f"compared with {handed.predictions_file} ({rows:,} rows)")
    else:
        told.append("no predictions were handed in to compare with")
    if proof is None:
        told.append("our own code did not try the weights: there is no model or nothing to compare")
    else:
        if proof.agreed is None:
            told.append(f"our own code, on the weights: {proof.why or proof.fault}")
        told += [f"tried: {line}" for line in proof.tried]
    if len(ran) > 1:
        told.append("the code ran twice, the second time in another order, to tell its own chance")
    return told
