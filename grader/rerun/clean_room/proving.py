"""Every way to read the submitted weights, and what each of them writes: the clean room's work."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Callable, Optional

from grader.rerun.clean_room.folding import Folded, folded, references
from grader.rerun.clean_room.hints import hinted, json_in
from grader.rerun.clean_room.records import Made, Places, Proof, Question
from grader.rerun.clean_room.searching import Found, Search, told
from grader.rerun.clean_room.trouble import CannotFold, OutOfTime
from grader.rerun.records import Settings
from validators.model.architecture import t5_reference
from validators.model.model_config import read_config
from validators.model.model_files import reason_of
from validators.model.numbers import counted
from validators.model.weight_files import read_weights
from validators.rules.model import T5Architecture

if TYPE_CHECKING:
    from grader.rerun.clean_room.generating import Form

FIRST_TRIALS, ALL_TRIALS = 12, 90
"""How many settings each candidate is tried with in the first round, and in all."""

_MOST_CANDIDATES = 12
_NAME = "model"


@dataclass(frozen=True)
class Candidate:
    """One model that the submitted files can be read as."""

    files: tuple[str, ...]
    folded: Folded
    sizes: T5Architecture
    form: Form

    @property
    def how(self) -> str:
        """In a few words."""
        form = str(self.form)
        return f"{self.folded.how}, {form}" if form else self.folded.how


class Proving:
    """One question while it is worked on; `expired` says when the time is over."""

    def __init__(
        self, question: Question, places: Places, device: str, expired: Callable[[], bool]
    ) -> None:
        self._question = question
        self._places = places
        self._device = device
        self._expired = expired
        self._architecture = T5Architecture.model_validate_json(question.architecture)
        self._released = json_in(places.released / "config.json")
        self._config_folder = places.model
        self._tokenizer: Optional[object] = None
        self._reasons: list[str] = []
        self._tried: list[str] = []
        self._best: Optional[Made] = None
        self._failed = 0
        self._ruled_out = 0
        self._only: Optional[tuple[Candidate, Search]] = None
        self._number = 0
        self._broken_off = ""
        self._left_out = ""

    def likeliest(self) -> None:
        """Try the likeliest settings with every model that the files can be read as."""
        self._within_limits(self._first_round)

    def others(self) -> None:
        """Try all other settings, unless some were found."""
        self._within_limits(self._second_round)

    def also(self, settings: Settings) -> None:
        """Try these settings, which gave another model's texts, and leave the others out."""
        self._within_limits(lambda: self._the_same(settings))

    def proof(self) -> Proof:
        """What the weights show by what was tried."""
        tried, best = [*self._tried], self._best
        if self._failed:
            tried.append(f"{counted(self._failed, 'other setting')} on a few rows: not these")
        if self._ruled_out:
            ruled_out = counted(self._ruled_out, "setting")
            tried.append(f"{ruled_out} ruled out: no beam of theirs comes to the submitted words")
        if best is not None and best.equal == best.rows:
            return Proof(best, best, tuple(tried))
        if self._left_out and self._number:
            tried.append(f"less likely settings were left out: {self._left_out}")
        return Proof(None, best, (*self._reasons, *tried), self._why)

    @property
    def found(self) -> Optional[Settings]:
        """The settings, where some gave nearly all texts."""
        best = self._best
        if best is None or not Found(best.settings, best.texts, best.equal, 0).near:
            return None
        return best.settings

    @property
    def _beaten(self) -> int:
        """How many equal rows are of no use any more: others have as many."""
        return 0 if self._best is None else self._best.equal

    @property
    def _why(self) -> str:
        if self._broken_off:
            return self._broken_off
        if not self._number:
            return "; ".join(self._reasons) or "there are no weights that can be read"
        no = "none of the likeliest settings" if self._left_out else "no settings"
        return f"{no} gave the submitted texts"

    def _within_limits(self, work: Callable[[], None]) -> None:
        if self._broken_off:
            return
        try:
            work()
        except OutOfTime:
            seconds = self._question.seconds
            self._broken_off = f"the time for it, {seconds:.0f} seconds, was over"
        except MemoryError:
            self._broken_off = "the memory was not enough"
            self._only = None

    def _first_round(self) -> None:
        for candidate in self._candidates():
            self._number += 1
            search = self._search(candidate)
            self._only = (candidate, search) if self._number == 1 else None
            self._try(candidate, search, search.trials()[:FIRST_TRIALS], first=True)
            if self._done:
                return

    def _second_round(self) -> None:
        if self.found:
            return
        for candidate, search in self._again():
            self._try(candidate, search, search.trials()[FIRST_TRIALS:ALL_TRIALS], first=False)
            if self.found:
                return

    def _the_same(self, settings: Settings) -> None:
        self._left_out = f"the released model gave the texts with {told(settings)}"
        for candidate, search in self._again():
            self._note(candidate, settings, search.made(settings, self._beaten), True)
            if self.found:
                return

    def _again(self) -> Iterator[tuple[Candidate, Search]]:
        """Every model once more; a single one is still there, several are read anew."""
        if self._only is not None:
            yield self._only
        elif self._number:
            yield from ((candidate, self._search(candidate)) for candidate in self._candidates())

    @property
    def _done(self) -> bool:
        return self._best is not None and self._best.equal == self._best.rows

    def _try(
        self, candidate: Candidate, search: Search, trials: Sequence[Settings], first: bool
    ) -> None:
        """Try the settings in turn, those that are named before those that are guessed."""
        named: list[Settings] = []
        if self.found is not None:
            named, trials = [self.found], ()
        elif first:
            declared = self._question.declared
            named = [] if declared is None else [declared]
            named += hinted(self._config_folder, search.lengths)
        for settings in dict.fromkeys(named):
            self._note(
                candidate, settings, search.made(settings, self._beaten), settings in named[:1]
            )
            if self.found:
                return
        for settings in trials:
            if not search.reaches(settings):
                self._ruled_out += 1
                continue
            settled = search.settled(settings)
            found = None if settled is None else search.all_texts(settled, self._beaten)
            self._note(candidate, settled or settings, found, False)
            if self.found:
                return

    def _note(
        self, candidate: Candidate, settings: Settings, found: Optional[Found], telling: bool
    ) -> None:
        """Keep what was tried, in words, and the texts if none were better."""
        if found is None:
            if telling:
                self._tried.append(f"{candidate.how}; {told(settings)}: differs on a few rows")
            else:
                self._failed += 1
            return
        written = sum(text is not None for text in found.texts)
        rows = f"{found.equal:,} of {counted(written, 'row')} equal"
        if written < len(found.texts):
            rows += ", the others were not written"
        self._tried.append(f"{candidate.how}; {told(settings)}: {rows}")
        if found.equal and (self._best is None or found.equal > self._best.equal):
            made = (candidate.files, candidate.how, found.texts, found.equal, found.distinct)
            self._best = Made(settings, *made)

    def _search(self, candidate: Candidate) -> Search:
        from grader.rerun.clean_room import generating

        if self._tokenizer is None:
            self._tokenizer = generating.tokenizer_in(self._places.tokenizer)
        network = generating.build(
            candidate.folded, candidate.sizes, self._released, candidate.form, self._device
        )
        writer = generating.Writer(network, self._tokenizer, self._expired)
        return Search(writer, self._question.bills, self._question.submitted)

    def _candidates(self) -> Iterator[Candidate]:
        """Every model that the files can be read as, at most so many; the reasons of the rest."""
        self._reasons.clear()
        seen: set[bytes] = set()
        for files, each, sizes, declared in self._foldings():
            digest = _digest(each.arrays, sizes)
            if digest in seen:
                continue
            seen.add(digest)
            for form in _forms(each, sizes, declared):
                yield Candidate(files, each, sizes, form)
            if len(seen) >= _MOST_CANDIDATES:
                return

    def _foldings(
        self,
    ) -> Iterator[tuple[tuple[str, ...], Folded, T5Architecture, Optional[T5Architecture]]]:
        released = self._architecture
        reference = t5_reference(released)
        sets = read_weights(self._places.model, _NAME).sets
        for weights in sets:
            files = tuple(file[len(_NAME) + 1 :] for file in weights.files)
            if not weights.readable:
                found = weights.findings[0].message if weights.findings else "can't be read"
                self._reasons.append(f"{files[0]} {found.rstrip('.')}")
                continue
            self._config_folder = self._places.model / PurePosixPath(files[0]).parent
            declared = read_config(self._config_folder, _NAME).sizes
            for known in references(reference, declared):
                sizes = released if known is reference or declared is None else declared
                try:
                    for each in folded(weights, known):
                        yield files, each, sizes, declared
                    break
                except CannotFold as reason:
                    self._reasons.append(f"{files[0]}: {reason}")
                except OSError as error:
                    self._reasons.append(f"{files[0]}: {reason_of(error)}")


def _forms(
    each: Folded, sizes: T5Architecture, declared: Optional[T5Architecture]
) -> Iterator[Form]:
    """How it may be computed: in float32 first, then in the format that it is stored in."""
    from grader.rerun.clean_room.generating import Form

    scaled = sizes.tied if declared is None else declared.tied
    forms = [Form(scaled)]
    if scaled != sizes.tied:
        forms.append(Form(sizes.tied))
    precision = {"F16": "float16", "BF16": "bfloat16"}.get(each.stored)
    if precision is not None:
        forms += [replace(form, precision=precision) for form in forms]
    yield from forms


def _digest(arrays: Mapping[str, object], sizes: T5Architecture) -> bytes:
    """Equal for the same arrays: saved in two files, they are one model."""
    digest = hashlib.blake2b(sizes.model_dump_json().encode())
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(memoryview(arrays[name]))  # type: ignore[arg-type]
    return digest.digest()
