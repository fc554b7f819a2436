"""Files with the same bytes: which are somebody's own, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from grader.integrity.behaviour.compare import Teams, compare_behaviour
from grader.integrity.records import FileSeen, Inspection
from grader.records import Submission
from tests.grader.integrity.behaviour.hand import HW4, codes, entrant, inspected

DIGEST = "a" * 64
A, B = "HW4_9900101.zip", "HW4_9900102.zip"


def file(path: str, size: int = 4_000, sha256: str = DIGEST) -> FileSeen:
    return FileSeen(path, size, sha256)


def two(*paths: str, size: int = 4_000) -> Inspection:
    """Two students, who have a file of these names with the same bytes."""
    class_ = Teams((entrant("9900101"), entrant("9900102")))
    first, second = (paths * 2)[:2]
    return inspected(class_, {A: (file(first, size),), B: (file(second, size),)})


OWN = [
    "predictions.csv", "out/sub 1.CSV", "pruned_model/model.safetensors", "a/pytorch_model.bin",
    "x.pth", "state.pt", "model.onnx", "train.py", "code/main.ipynb", "README.md", "Readme.txt",
    "README.pdf", "HW4_9900101.pdf", "HW4_9900101_王小明.pdf", "test_predictions.csv",
]  # fmt: skip
NOBODYS = [
    "pruned_model/config.json", "generation_config.json", "tokenizer.json", "spiece.model",
    "tokenizer_config.json", "special_tokens_map.json", "LICENSE", "LICENSE.md", "licence.txt",
    "requirements.txt", "COPYING.txt", "notes.txt", "handout.pdf", "training_args.bin",
    "rng_state.pth", "rng_state_0.pth", "scheduler.pt", "sample_submission.csv", "test.csv",
    "Train.csv", "__pycache__/x.py", ".git/hooks/x.py", ".ipynb_checkpoints/a.ipynb",
    "__MACOSX/._train.py", "venv/lib/site-packages/torch/x.py", "._train.py", "", "plot.png",
]  # fmt: skip


@pytest.mark.parametrize("path", OWN)
def test_own_work_in_two_submissions_is_found(path: str) -> None:
    assert codes(two(path)) == ["same-file"] * 2
    assert codes(two(path, size=63)) == []


@pytest.mark.parametrize("path", NOBODYS)
def test_what_is_nobodys_work_is_not(path: str) -> None:
    assert codes(two(path)) == []


def test_each_side_is_told_of_its_own_file_alone() -> None:
    inspection = two("train.py", "mine/secret name.py")
    first, second = inspection.found
    (pair,) = inspection.pairs
    assert (first.name, first.finding.place.file) == (A, "train.py")
    assert (second.name, second.finding.place.file) == (B, "mine/secret name.py")
    assert first.labels == second.labels == (pair.label,)
    assert first.finding.message == (
        f"1 code file with the same bytes as in another submission (pair {pair.label}); "
        "expected work of one's own."
    )
    assert "secret" not in f"{first.finding}{first.finding.evidence}"
    assert pair.rows == (("code", "train.py", "mine/secret name.py", "4,000", DIGEST),)


def test_models_and_predictions_say_that_pruning_alone_gives_the_same_bytes() -> None:
    made, written = two("model.safetensors").found[0], two("train.py").found[0]
    assert "only prune the released model by the same rule" in made.finding.remedy
    assert "only prune" not in written.finding.remedy
    assert "files of their own in common: 1 of 1" in made.finding.remedy


def class_of(students: int, sharing: Iterable[int], path: str = "train.py") -> Inspection:
    ids = [f"{9_900_100 + n}" for n in range(students)]
    files = {f"HW4_{ids[n]}.zip": (file(path),) for n in sharing}
    rest = {f"HW4_{each}.zip": () for each in ids}
    return inspected(Teams(tuple(entrant(each) for each in ids)), {**rest, **files})


@pytest.mark.parametrize(
    ("students", "sharing", "findings"),
    [(5, 2, 2), (5, 3, 0), (29, 2, 2), (29, 3, 0), (30, 3, 6), (120, 12, 132), (120, 13, 0)],
)
def test_what_many_share_was_handed_out(students: int, sharing: int, findings: int) -> None:
    inspection = class_of(students, range(sharing))
    assert len(inspection.found) == findings
    told = [each for each in inspection.notes if "taken for handed out" in each]
    assert len(told) == (findings == 0)
    says = f"1 code file is in {sharing} of {students} submissions and was taken for handed out."
    assert told in ([], [says])


def test_what_hangs_together_is_told_as_one() -> None:
    inspection = class_of(40, (3, 4, 5))
    (cluster,) = inspection.clusters
    assert cluster.names == tuple(f"HW4_99001{n:02}.zip" for n in (3, 4, 5))
    assert "hangs together with 2 others" in inspection.found[0].finding.remedy
    assert class_of(40, (3, 4)).clusters == ()


def test_a_third_who_hands_in_the_same_later_makes_no_decision_stale() -> None:
    before, after = class_of(40, (3, 4)), class_of(40, (3, 4, 5))
    facts = {(each.name, each.finding.message, each.finding.evidence) for each in after.found}
    assert {(e.name, e.finding.message, e.finding.evidence) for e in before.found} <= facts


def test_files_that_were_handed_out_are_left_out_by_their_digest() -> None:
    class_ = Teams((entrant("9900101"), entrant("9900102")))
    files = [(A, (file("train.py"),)), (B, (file("train.py"),))]
    assert compare_behaviour(files, class_, HW4, {DIGEST}).found == ()


def test_two_packages_of_one_student_are_no_pair() -> None:
    first = "HW4_9900101 (1).zip"
    again = replace(entrant("9900101"), others=(Submission(first, "zip", (first,)),))
    class_ = Teams((again, entrant("9900102")))
    files = {A: (file("a.py"), file("b.py")), first: (file("a.py"),)}
    assert codes(inspected(class_, files)) == []
    with_other = inspected(class_, {**files, B: (file("a.py"),)})
    assert [each.name for each in with_other.found] == [A, B], "the one that counts is told of"


def test_the_same_package_is_found_though_nothing_in_it_could_be_read() -> None:
    same = [entrant(f"990010{n}", digest="one") for n in (1, 2)]
    first, second = inspected(Teams((*same, entrant("9900103")))).found
    assert (first.name, second.name) == (A, B)
    assert first.finding.place.file == A
    assert first.finding.message.startswith("the whole package has the same bytes as another one")
    nothing = [entrant(f"990010{n}", digest="") for n in (1, 2)]
    assert codes(inspected(Teams(tuple(nothing)))) == []
