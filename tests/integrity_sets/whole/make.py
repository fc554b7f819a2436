"""The class on disk: packages, tutorial, released model, answer key, leaderboards, settings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.demo.course import predictions_text
from grader.demo.sample import README, ROWS, competition_text, config_text, pack, write_safetensors
from tests.integrity_sets.code import works
from tests.integrity_sets.code.twins import twin
from tests.integrity_sets.predictions.breaches import FULL, LEAKS
from tests.integrity_sets.predictions.classes import Made, Texts, honest_models
from tests.integrity_sets.predictions.classes import make_course as make_texts
from tests.integrity_sets.whole import models
from tests.integrity_sets.whole.members import MEMBERS, Member, by_name, id_of
from validators.model.architecture import Reference, reference_of
from validators.rules import Rules, load_rules

TEXTS = 300
_TRAINER = """\
from datasets import load_dataset
from transformers import AutoModelForSeq2SeqLM, Seq2SeqTrainer

model = AutoModelForSeq2SeqLM.from_pretrained("t5small_TextSummarization")
bills = load_dataset("billsum", split="test")
trainer = Seq2SeqTrainer(model=model, train_dataset=bills)
trainer.train()
"""
_GRADING = """\
answers = "key.csv"
released_model = "t5small_TextSummarization"

[inspect]
base_code = ["tutorial"]
released_predictions = "released.csv"

[kaggle]
public_leaderboard = "board.csv"
snapshots = "snapshots"
"""
_SNAPSHOTS = ("2024-05-02T03:00:05", "2024-05-02T22:59:50")


@dataclass(frozen=True)
class WholeClass:
    """Where the class lies."""

    home: Path
    rules: Rules

    @property
    def submissions(self) -> Path:
        """What was handed in."""
        return self.home / "submissions"

    @property
    def competition(self) -> Path:
        """The rules."""
        return self.home / "competition.toml"

    @property
    def grading(self) -> Path:
        """What only the TA has."""
        return self.home / "grading.toml"


def make_class(home: Path) -> WholeClass:
    """The class, whole; the same bytes every time."""
    (home / "submissions").mkdir(parents=True)
    text = competition_text().replace(f"count = {ROWS}", f"count = {TEXTS}")
    (home / "competition.toml").write_text(text, "utf-8")
    made = WholeClass(home, load_rules(home / "competition.toml"))
    assert made.rules.model is not None
    reference, texts = reference_of(made.rules.model), make_texts(TEXTS)
    works.write(works.tutorial(), home / "tutorial")
    _write_model(home / "t5small_TextSummarization", models.released(reference))
    (home / "released.csv").write_text(predictions_text(texts.full), "utf-8")
    (home / "key.csv").write_text(_key(texts), "utf-8")
    (home / "grading.toml").write_text(_GRADING, "utf-8")
    _write_boards(home)
    for member in MEMBERS:
        _write_package(made, member, reference, texts)
    return made


def _write_package(made: WholeClass, member: Member, reference: Reference, texts: Made) -> None:
    name = f"HW4_{id_of(member)}_{member.name}"
    folder = made.home / "packages" / name
    works.write(_code(member), folder)
    (folder / "README.md").write_text(f"{README}\nBy {member.name}.\n", "utf-8")
    (folder / "predictions.csv").write_text(predictions_text(_texts(member, texts)), "utf-8")
    seed = MEMBERS.index(by_name("kira") if member.name == "sharer" else member)
    arrays = models.trained(reference, seed)
    if member.name == "sharer":
        arrays = models.pruned_again(arrays)
    _write_model(folder / "pruned_model", arrays)
    pack(folder, made.submissions / f"{name}.zip")


def _code(member: Member) -> works.Project:
    if member.name == "twin":
        return twin(works.honest()["jun"], ("rename", "reorder", "comments", "formatting"), 7)
    if member.name == "trainer":
        return {"main.py": _TRAINER}
    return works.honest()[member.code]


def _texts(member: Member, texts: Made) -> Texts:
    place = MEMBERS.index(member)
    own = honest_models(len(MEMBERS))
    if member.name == "reader":
        taken = texts.texts(own[MEMBERS.index(by_name("lars"))])
        return (*texts.texts(own[place])[:60], *taken[60:])
    if member.name == "full":
        return FULL["the released model's"](texts, 0)
    if member.name == "leak":
        return LEAKS["20 % of the answers"](texts, 0)
    return texts.texts(own[place])


def _write_model(folder: Path, arrays: models.Arrays) -> None:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(config_text(), "utf-8")
    write_safetensors(folder / "model.safetensors", arrays)


def _key(texts: Made) -> str:
    return _table(("ID", "Label"), enumerate(texts.answers))


def _write_boards(home: Path) -> None:
    """The last leaderboard, and one snapshot at each end of a day."""
    (home / "board.csv").write_text(_board((9,) * len(MEMBERS)), "utf-8")
    folder = home / "snapshots"
    folder.mkdir()
    for moment, more in zip(_SNAPSHOTS, (0, 1)):
        counts = [3 + more * (6 if each.name == "hurried" else 5) for each in MEMBERS]
        name = f"hw4-publicleaderboard-{moment.replace(':', '')}.csv"
        (folder / name).write_text(_board(counts), "utf-8")


def _board(counts: Sequence[int]) -> str:
    header = ("Rank", "TeamId", "TeamName", "LastSubmissionDate", "Score", "SubmissionCount",
              "TeamMemberUserNames")  # fmt: skip
    rows = [
        (place, 5_000 + place, f"{id_of(each)}_{each.name}", "2024-05-02 12:00:00",
         f"0.{30_000 - 7 * place}", count, each.name)
        for place, (each, count) in enumerate(zip(MEMBERS, counts), 1)
    ]  # fmt: skip
    return _table(header, rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()
