"""Makes the model that the demo ships: `python -m grader.demo.train FOLDER`.

The tokenizer, the T5 trained from nothing, its pruned weights after some more training, and what
each of them writes about the test split. A weights file that is in the folder already is not made
again. On one core it takes some ten minutes; torch and transformers must be installed.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.demo.corpus import Corpus, make_corpus
from grader.demo.sample import write_safetensors
from grader.demo.scoring import score
from grader.demo.shipped import COMPRESSIONS, DENSE, RATIO, RECOVERED, TOKENIZER, WRITTEN
from grader.demo.weights import (
    Arrays,
    Masks,
    layer_masks,
    masked,
    packed,
    read_safetensors,
    unpacked,
)

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase, T5ForConditionalGeneration

SEED = 0
TRAINING = {"steps": 2_600, "learning_rate": 3e-3, "warmup": 100}
"""How the released model is trained: some nine minutes of one core."""

RECOVERY = {"steps": 300, "learning_rate": 2e-3, "warmup": 20}
"""How the pruned model is trained: about a minute of one core."""

_TOLD_EVERY = 100
_README = """\
# The demo's model

Made from made-up bills alone by `OMP_NUM_THREADS=1 python -m grader.demo.train FOLDER`
(torch {torch}, transformers {transformers}, tokenizers {tokenizers}; another version or
processor gives other last digits).

- `{dense}`: the released model in 16 bits.
- `{recovered}`: what was kept of it at a ratio of {ratio} (the largest weights of each
  layer), after {steps} more steps of training, without the zeros.
- `{written}`: what these two write about the test split, and what was kept before that training.

| file | bytes | SHA-256 |
|---|---|---|
{files}
"""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Make the demo's model in FOLDER."""
    import torch

    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    corpus = make_corpus(SEED)
    tokenizer = _tokenizer(folder, corpus)
    maker = _Maker(folder, corpus, tokenizer)
    compressed = maker.compressed()
    texts = {name: maker.texts(compressed[name]) for name in COMPRESSIONS}
    (folder / WRITTEN).write_text(json.dumps(texts, indent=0) + "\n", encoding="utf-8")
    for name, told in texts.items():
        click.echo(f"{name}: {score(corpus.test, told):.4f}")
    (folder / "README.md").write_text(_readme(folder), encoding="utf-8")


class _Maker:
    """Trains and lets write; the model's object is made once and filled anew."""

    def __init__(self, folder: Path, corpus: Corpus, tokenizer: PreTrainedTokenizerBase) -> None:
        from grader.demo.train_model import new_model

        self.folder, self.corpus, self.tokenizer = folder, corpus, tokenizer
        self.model: T5ForConditionalGeneration = new_model(SEED)

    def compressed(self) -> dict[str, Arrays]:
        """The weights of each compression, as they are read from what is shipped."""
        from grader.demo.train_model import load

        if not (self.folder / DENSE).exists():
            self._train("training", {}, TRAINING)
            self._save(DENSE, {})
        dense = read_safetensors((self.folder / DENSE).read_bytes())
        masks = layer_masks(dense, RATIO)
        pruned = masked(dense, masks)
        if not (self.folder / RECOVERED).exists():
            load(self.model, pruned)
            self._train("recovery", masks, RECOVERY)
            self._save(RECOVERED, masks)
        recovered = read_safetensors((self.folder / RECOVERED).read_bytes())
        return {"dense": dense, "one-shot": pruned, "recovered": unpacked(recovered, masks)}

    def texts(self, arrays: Arrays) -> list[str]:
        """What the model writes about the test split with these weights."""
        from grader.demo.train_model import load, summaries

        load(self.model, arrays)
        return summaries(self.model, self.tokenizer, self.corpus.test)

    def _train(self, what: str, masks: Masks, plan: dict[str, float]) -> None:
        import torch

        from grader.demo.train_model import Plan, train

        begun = time.process_time()

        def tell(step: int, loss: float) -> None:
            if (step + 1) % _TOLD_EVERY == 0:
                spent = time.process_time() - begun
                click.echo(f"{what}: step {step + 1}, loss {loss:.3f}, {spent:.0f} CPU-s", err=True)

        held = {name: torch.from_numpy(mask) for name, mask in masks.items()}
        train(
            self.model, self.tokenizer, self.corpus.train,
            Plan(int(plan["steps"]), plan["learning_rate"], int(plan["warmup"]), seed=SEED),
            tell, held,
        )  # fmt: skip

    def _save(self, name: str, masks: Masks) -> None:
        from grader.demo.train_model import arrays_of

        half = self.folder / f".{name}"
        kept = packed(arrays_of(self.model), masks)
        write_safetensors(half, dict(sorted(kept.items())))
        half.replace(self.folder / name)


def _tokenizer(folder: Path, corpus: Corpus) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    from grader.demo.train_tokenizer import train_tokenizer

    texts = [text for bill in corpus.train for text in (bill.text, bill.summary)]
    train_tokenizer(texts, folder)
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(str(folder))
    return tokenizer


def _readme(folder: Path) -> str:
    import tokenizers
    import torch
    import transformers

    rows = []
    for name in sorted((DENSE, RECOVERED, WRITTEN, *TOKENIZER)):
        data = (folder / name).read_bytes()
        rows.append(f"| `{name}` | {len(data):,} | `{hashlib.sha256(data).hexdigest()}` |")
    return _README.format(
        torch=torch.__version__.partition("+")[0], transformers=transformers.__version__,
        tokenizers=tokenizers.__version__, dense=DENSE, recovered=RECOVERED, written=WRITTEN,
        ratio=float(RATIO), steps=RECOVERY["steps"], files="\n".join(rows),
    )  # fmt: skip


if __name__ == "__main__":
    main()
