"""What a student of the demo hands in: the model pruned and trained on, its texts, and code."""

from __future__ import annotations

from pathlib import Path

from grader.demo.corpus import SIZES
from grader.demo.course import competition_text, predictions_text
from grader.demo.sample import CODE, README, STUDENT, Sample, pdf_bytes
from grader.demo.shipped import Compression, model_files, weights, write_files, written
from validators.rules import load_rules


def make_submission(root: Path, compression: Compression = "recovered") -> Sample:
    """A submission of that model under `root`: competition file, submission folder, report."""
    root.mkdir(parents=True, exist_ok=True)
    competition = root / "competition.toml"
    competition.write_text(competition_text(SIZES.test), encoding="utf-8")
    rules = load_rules(competition)
    assert rules.model is not None
    folder = root / "submission"
    folder.mkdir(exist_ok=True)
    (folder / "README.md").write_text(README, encoding="utf-8")
    (folder / "main.py").write_text(CODE, encoding="utf-8")
    texts = written(compression).texts
    (folder / "predictions.csv").write_text(predictions_text(texts), encoding="utf-8")
    write_files(folder / rules.model.folder, model_files(weights(compression)))
    report = root / f"{STUDENT}.pdf"
    report.write_bytes(pdf_bytes("Homework 4 report"))
    return Sample(competition, folder, report, rules)
