"""What `check-submission pack` puts in, what it leaves out, and the reason that it gives."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.demo.sample import Sample
from tests.validators.packing_folder import NAME, inside, make_folder, pack, packed, put
from validators.packing import walking
from validators.packing.choosing import select
from validators.rules import load_preset

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")

GOES_IN = {
    "deep/er/code.py": "code",
    "main.ipynb": "code",
    "checkpoints.py": "code",
    "docs/readme.txt": "README",
    "rerun.toml": "settings",
    "config/train.yaml": "settings",
    "run.sh": "settings",
    "requirements-gpu.txt": "requirements",
    "prompts/prompt.txt": "named in names.py",
    "params.json": "named in names.py",
    "pruned_model/tokenizer.json": "configuration and tokenizer",
    "pruned_model/spiece.model": "configuration and tokenizer",
    "pruned_model/generation_config.json": "configuration and tokenizer",
    "pruned_model/model.safetensors.index.json": "configuration and tokenizer",
    "pruned_model/wanted.pth": "weights, named in names.py",
}
STAYS_OUT = {
    ".git/config": "version history",
    ".env": "it may hold a key or password",
    "kaggle.json": "it may hold a key or password",
    ".gitignore": "hidden",
    ".secret/code.py": "hidden",
    "__pycache__/a.py": "compiled Python files",
    "venv/lib/a.py": "a Python environment",
    "myenv/lib/a.py": "a Python environment",
    "wandb/run/code.py": "training logs",
    "checkpoint-500/code.py": "training checkpoints",
    "my_checkpoints/code.py": "training checkpoints",
    "data/train.jsonl": "a data set",
    "train.arrow": "data sets",
    "sample_submission.csv": "a data set",
    "old_predictions.csv": "other predictions; those that count are called predictions.csv",
    "backup.zip": "an archive; the course doesn't open it",
    "HW4_9900940_王小明.pdf": "the report: hand it in beside the zip",
    "t5small/model.safetensors": "weights outside pruned_model/",
    "model.onnx": "weights outside pruned_model/",
    "notes.txt": "the course doesn't ask for it",
    "sweep/plot.png": "a picture, page or log",
    "unnamed.json": "the course doesn't ask for it",
    "pruned_model/README.md": "the model's card, which the course doesn't need",
    "pruned_model/optimizer.pt": "the state of training",
    "pruned_model/training_args.bin": "the state of training",
    "pruned_model/checkpoint-1/model.safetensors": "training checkpoints",
    "pruned_model/old.pth": "a second set of weights; the safetensors are enough",
    "pruned_model/modeling.py": "not needed to load the model",
}
NAMES = 'open("prompt.txt"), open("params.json"), "pruned_model/wanted.pth", "plot.png"'


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_folder(tmp_path / "given")


def test_every_kind_of_file_goes_where_it_belongs(sample: Sample) -> None:
    put(sample.folder, "names.py", NAMES)
    for path in {**GOES_IN, **STAYS_OUT}:
        put(sample.folder, path)
    selection = select(sample.folder, sample.rules)
    reasons = {each.entry.path: each.why for each in selection.packed}
    assert {path: reasons.get(path) for path in GOES_IN} == GOES_IN
    left = {each.path: each.why for each in selection.left_out}
    for path, why in STAYS_OUT.items():
        parts = path.split("/")
        steps = [path, *("/".join(parts[:end]) + "/" for end in range(1, len(parts)))]
        assert [left[step] for step in steps if step in left] == [why], path
    own = {"README.md", "main.py", "names.py", "predictions.csv", "settings.toml"}
    model = {"pruned_model/config.json", "pruned_model/model.safetensors"}
    assert set(reasons) == set(GOES_IN) | own | model


@pytest.mark.parametrize(
    ("files", "folder", "why"),
    [
        (["check/pyvenv.cfg", "check/x.py"], "check/", "a Python environment"),
        (["conda/conda-meta/history", "conda/x.py"], "conda/", "a Python environment"),
        (["t5/config.json", "t5/a.bin", "t5/x.py"], "t5/", "another model; only pruned_model/ c"),
    ],
)
def test_a_folder_is_known_by_what_lies_in_it(
    sample: Sample, files: list[str], folder: str, why: str
) -> None:
    for path in files:
        put(sample.folder, path, b"12345")
    found = {each.path: each for each in select(sample.folder, sample.rules).left_out}
    assert found[folder].why.startswith(why)
    assert (found[folder].files, found[folder].bytes) == (len(files), 5 * len(files))


def test_torch_weights_go_in_where_there_are_no_others(sample: Sample) -> None:
    (sample.model / "model.safetensors").unlink()
    put(sample.folder, "pruned_model/pytorch_model.bin")
    packed_paths = [each.entry.path for each in select(sample.folder, sample.rules).packed]
    assert "pruned_model/pytorch_model.bin" in packed_paths


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["predictions.csv", "submission.csv"], "predictions.csv"),
        (["submission.csv"], "submission.csv"),
        (["submission.csv", "submission2.csv"], None),
        (["out/predictions.csv"], None),
    ],
)
def test_at_most_one_file_of_predictions_goes_in(
    sample: Sample, names: list[str], chosen: object
) -> None:
    text = sample.predictions.read_bytes()
    sample.predictions.unlink()
    for name in names:
        put(sample.folder, name, text)
    found = [each.entry.path for each in select(sample.folder, sample.rules).packed]
    assert [path for path in found if path.endswith(".csv")] == ([chosen] if chosen else [])


def test_large_files_that_nobody_asked_for_stay_out_even_when_named(sample: Sample) -> None:
    put(sample.folder, "names.py", 'open("big.txt")')
    put(sample.folder, "big.txt", b"x" * 1_000_001)
    (left,) = select(sample.folder, sample.rules).left_out
    assert (left.path, left.why) == ("big.txt", "large, and the course doesn't ask for it")


@posix
@pytest.mark.parametrize("name", ["extra.py", "README.txt", "pruned_model", "predictions.csv"])
def test_a_link_in_place_of_what_belongs_in_blocks_and_is_not_followed(
    sample: Sample, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "outside"
    put(outside, "secret.py", "SECRET = 1")
    target = sample.folder / name
    if target.exists():
        target.rename(tmp_path / "moved")
    target.symlink_to(tmp_path / "moved" if name == "pruned_model" else outside / "secret.py")
    result = pack(sample)
    assert result.exit_code == 3
    assert result.last.endswith("(package.link)")
    assert not (sample.folder / NAME).exists()


@posix
def test_a_link_to_a_folder_is_told_and_stays_out(sample: Sample, tmp_path: Path) -> None:
    put(tmp_path, "outside/code.py", "SECRET = 1")
    (sample.folder / "data").symlink_to(tmp_path / "outside")
    (sample.folder / "notes.txt").symlink_to(tmp_path / "outside" / "code.py")
    (sample.folder / "round").symlink_to(sample.folder)
    result = pack(sample)
    assert result.exit_code == 0
    assert "warns package.link" in result.said
    assert '"notes.txt" is a link' in result.said
    assert len(inside(sample.folder / NAME)) == 6
    sections = packed(sample)["check"]["submissions"][0]["sections"]
    assert [section["subject"] for section in sections][:2] == ["submission", NAME]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any bytes")
def test_hostile_names_are_shown_harmlessly_and_never_packed(sample: Sample) -> None:
    folder = os.fsencode(sample.folder)
    for name in (b"a\nb.txt", b"\x1b[31m.txt", b"\xff\xfe.bin", "\u202egnp.txt".encode(), b"-rf"):
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"x")
    os.mkfifo(sample.folder / "pipe.txt")
    result = pack(sample)
    assert result.exit_code == 0
    assert not set("\x1b\u202e") & set(result.output)
    assert "control characters or undecodable bytes in the name" in result.said
    assert len(inside(sample.folder / NAME)) == 6


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any bytes")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        (b"a\nb.py", "package.bad-name"),
        (b"\xff.py", "package.bad-name"),
        (b"MAIN.py", "package.colliding-names"),
        (b"pipe.py", "package.not-a-file"),
    ],
)
def test_code_that_cant_be_packed_blocks(sample: Sample, name: bytes, code: str) -> None:
    path = Path(os.fsdecode(os.fsencode(sample.folder) + b"/" + name))
    os.mkfifo(path) if name == b"pipe.py" else path.write_bytes(b"print(1)")
    result = pack(sample)
    assert result.exit_code == 3
    assert result.last.endswith(f"({code})")


def test_an_empty_folder_and_one_that_is_too_large_are_told_before_packing(sample: Sample) -> None:
    with sample.competition.open("a", encoding="utf-8") as rules:
        rules.write("[package]\nmax_unpacked_bytes = 1000\n")
    assert pack(sample).last.endswith("(package.too-large)")
    for path in sorted(sample.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    result = pack(sample, "--id", "9900940", "--name", "x")
    assert result.last.endswith("(package.empty)")
    assert list(sample.folder.iterdir()) == []


def test_a_whole_disk_is_refused_and_a_huge_cache_is_counted_in_part(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "MOST_LOOKED_AT", 20)
    for number in range(30):
        put(sample.folder, f".cache/{number}")
    (cache,) = select(sample.folder, sample.rules).left_out
    assert not cache.whole
    assert 20 <= cache.files <= 21
    for number in range(30):
        put(sample.folder, f"pictures/{number}.png")
    assert pack(sample).last.endswith("(package.too-many)")


def test_many_files_of_one_kind_share_a_line(sample: Sample) -> None:
    for number in range(40):
        put(sample.folder, f"pictures/{number}.png", b"12345")
    assert "200 bytes pictures/… (40 files: a picture, page or log)" in pack(sample).said


NAMED = st.sampled_from(
    ["a.py", "b.csv", "readme.md", ".x", "venv", "pruned_model", "config.json", "w.safetensors",
     "data", "c.txt", "checkpoints", "u.toml"]
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.sets(st.lists(NAMED, min_size=1, max_size=3).map(tuple), max_size=12))
def test_every_file_is_told_once_and_counted(paths: set[tuple[str, ...]]) -> None:
    rules = load_preset("hw4")
    with tempfile.TemporaryDirectory() as scratch:
        root, made = Path(scratch), 0
        for path in sorted(paths, key=lambda path: (-len(path), path)):
            if not (root / Path(*path)).exists() and not any(
                (root / Path(*path[:end])).is_file() for end in range(1, len(path))
            ):
                put(root, "/".join(path), b"123")
                made += 1
        selection = select(root, rules)
        left = sum(each.files for each in selection.left_out)
        assert len(selection.packed) + left == made
        assert selection.bytes + sum(each.bytes for each in selection.left_out) == 3 * made
        assert [each.entry.path for each in selection.packed] == sorted(
            each.entry.path for each in selection.packed
        )
