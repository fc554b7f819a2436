"""What a class hands in, as the digests of its files: own work, and what everybody was given."""

from __future__ import annotations

import hashlib
import random

from grader.integrity.records import FileSeen

Files = dict[str, tuple[FileSeen, ...]]
GIVEN = {
    "pruned_model/config.json": 1_508,
    "pruned_model/spiece.model": 791_656,
    "pruned_model/tokenizer.json": 1_389_353,
    "pruned_model/generation_config.json": 142,
    "t5small_TextSummarization/model.safetensors": 242_041_896,
    "requirements.txt": 210,
    "LICENSE": 1_070,
}
# In the packages of some: the share of the class that has each, with the same bytes.
SOME = {
    "tutorial.ipynb": (0.5, 48_000),
    "code/utils/__init__.py": (0.9, 0),
    "code/version.py": (0.05, 20),
    "rouge_handout.py": (0.3, 2_900),
    "sample_submission.csv": (0.02, 40_000),
    "pruned_model/training_args.bin": (0.03, 5_176),
    "run.sh": (0.03, 90),
    "code/LICENSE.md": (0.03, 11_000),
    ".git/hooks/pre-commit.py": (0.03, 1_600),
}
OWN = {
    "train.ipynb": 61_000,
    "predict.py": 4_200,
    "pruned_model/model.safetensors": 242_041_896,
    "predictions.csv": 900_000,
    "README.md": 800,
}


def file(path: str, size: int, *whose: object) -> FileSeen:
    """A file of so many bytes; of the same ones for the same owner."""
    return FileSeen(path, size, hashlib.sha256(repr(whose).encode()).hexdigest())


def packages(turns: random.Random, sources: list[str]) -> Files:
    """The files of each submission by its source."""
    found = {}
    for source in sources:
        files = [
            file(path, size + turns.randrange(200), path, source) for path, size in OWN.items()
        ]
        files += [file(path, size, path) for path, size in GIVEN.items()]
        files += [
            file(path, size, path) for path, (share, size) in SOME.items() if turns.random() < share
        ]
        found[source] = tuple(turns.sample(files, len(files)))
    return found
