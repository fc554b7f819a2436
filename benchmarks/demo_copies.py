"""The class of the demonstration several times over, for measuring: other people, other models.

A copy has other ids and names. Its models are those of the class with a little noise in their
trained weights, and so are other models; what they write is written anew. Who sends somebody
else's texts sends them in each copy.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from grader.demo.cohort import boards, site
from grader.demo.cohort.make import make_cohort
from grader.demo.cohort.members import MEMBERS
from grader.demo.cohort.packages import Package, model_of, package_of, package_with
from grader.demo.cohort.records import Member
from grader.demo.cohort.storing import Halves
from grader.demo.corpus import Corpus, make_corpus
from grader.demo.shipped import tokenizer_files, write_files

_NOISE = 0.02
_LENGTH, _BLOCKED = 64, 3


def make_copies(home: Path, copies: int) -> tuple[str, int]:
    """The class in a new folder, so many times; the name of the bulk zip, and how many they are."""
    cohort, corpus = make_cohort(home), make_corpus()
    everybody = [package_of(member, corpus.test) for member in MEMBERS]
    for copy in range(1, copies):
        everybody += [_package(member, copy, corpus, home) for member in MEMBERS]
    members = [package.member for package in everybody]
    site.write_bulk(cohort.bulk, everybody)
    site.write_worksheet(home / "Grades.csv", members)
    site.write_roster(home / "roster.csv", members)
    shutil.rmtree(home / "kaggle")
    boards.write_boards(home / "kaggle", boards.teams_of(everybody, corpus))
    return site.BULK, len(everybody)


def _package(member: Member, copy: int, corpus: Corpus, home: Path) -> Package:
    other = replace(
        member, id=f"{int(member.id) + 1000 * copy:0{len(member.id)}}", name=f"{member.name} {copy}"
    )
    if member.handed.texts != "own":
        return package_of(other, corpus.test)
    # Twins have the same noise, so that they stay twins.
    seed = sum(map(ord, member.handed.recipe)) + 1000 * copy
    model = _noisy(model_of(member), seed)
    return package_with(other, corpus.test, model, _written(model, corpus, home))


def _noisy(model: Halves, seed: int) -> Halves:
    source = np.random.default_rng(seed)
    made = {}
    for name, values in sorted(model.items()):
        noise = source.standard_normal(values.shape, dtype=np.float32)
        made[name] = (values.astype(np.float32) * (1 + _NOISE * noise)).astype(np.float16)
    return made


def _written(model: Halves, corpus: Corpus, home: Path) -> tuple[str, ...]:
    """What the model writes about the test split, as the template writes it."""
    import torch
    from transformers import AutoTokenizer

    from grader.demo.train_model import PREFIX, load, new_model

    folder = home.parent / "tokenizer"
    write_files(folder, tokenizer_files())
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    network = new_model(0).eval()
    load(network, {name: values.astype(np.float32) for name, values in model.items()})
    texts = [PREFIX + bill.text for bill in corpus.test]
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    written = [""] * len(texts)
    for begin in range(0, len(order), 50):
        rows = order[begin : begin + 50]
        batch = tokenizer([texts[row] for row in rows], padding=True, return_tensors="pt")
        with torch.inference_mode():
            found = network.generate(  # type: ignore[operator]
                **batch, max_length=_LENGTH, no_repeat_ngram_size=_BLOCKED, do_sample=False
            )
        for row, text in zip(rows, tokenizer.batch_decode(found, skip_special_tokens=True)):
            written[row] = text
    return tuple(written)
