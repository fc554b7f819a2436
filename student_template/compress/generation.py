"""Summaries of many bills: the same texts as one bill after the other, in far less time.

Three things make it fast. Bills of about the same length are written together, in batches of about
the same number of tokens, so little is padding and memory has a bound. No gradients are kept. And
no loss is computed: for that the tutorial's `Trainer.predict` runs the whole model a second time.

Each bill is read by the encoder alone, without padding, so what is read doesn't depend on its
neighbours; only the decoder works on a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import GenerationConfig
from transformers.modeling_outputs import BaseModelOutput

from compress.batches import encoded, token_batches
from compress.bills import Bill
from compress.progress import Progress
from compress.settings import Data, Predict

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from compress.resuming import Kept


def write_summaries(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    data: Data,
    settings: Predict,
    kept: Kept | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """A summary for each text, in their order; the same ones each time.

    With `kept`, batches that an earlier run has finished are not written again.
    """
    bills = [example.input_ids for example in encoded(tokenizer, _bills(texts), data)]
    # The decoder keeps a row for each beam, and something for each token read or written.
    lengths = [len(bill) + settings.max_length for bill in bills]
    batches = token_batches(lengths, settings.batch_tokens // settings.num_beams)
    written = dict(kept.rows) if kept is not None else {}
    progress = Progress(None) if progress is None else progress
    progress.begin("predicting", len(texts), len(written))
    with _ready(model, settings):
        for batch in batches:
            if written.keys() >= set(batch):
                continue
            found = _summaries(model, [bills[row] for row in batch], settings.max_length)
            made = dict(zip(batch, tokenizer.batch_decode(found, skip_special_tokens=True)))
            if kept is not None:
                kept.add(made)
            written.update(made)
            progress.show(len(written))
    progress.end()
    return [written[row] for row in range(len(texts))]


def _bills(texts: Sequence[str]) -> list[Bill]:
    return [Bill(text, "") for text in texts]


def _summaries(model: Any, bills: Sequence[Tensor], longest: int) -> Tensor:
    """The tokens that the model writes for the bills, at most so many, one row each."""
    encoder = model.get_encoder()
    rows = [bill.long().to(model.device).unsqueeze(0) for bill in bills]
    read = [encoder(input_ids=row).last_hidden_state[0] for row in rows]
    seen = [torch.ones(len(bill), dtype=torch.long, device=model.device) for bill in bills]
    found: Tensor = model.generate(
        encoder_outputs=BaseModelOutput(last_hidden_state=pad_sequence(read, batch_first=True)),
        attention_mask=pad_sequence(seen, batch_first=True),
        max_length=longest,
    )
    return found


@contextmanager
def _ready(model: Any, settings: Predict) -> Iterator[None]:
    """The model as it must be for writing; afterwards it is as it was before."""
    training, before = model.training, model.generation_config
    model.eval()
    # Settings that came with a checkpoint don't count: settings.toml tells all of them.
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        num_beams=settings.num_beams,
        no_repeat_ngram_size=settings.no_repeat_ngram_size,
        do_sample=False,
        pad_token_id=before.pad_token_id,
        eos_token_id=before.eos_token_id,
        decoder_start_token_id=before.decoder_start_token_id,
    )
    try:
        with torch.inference_mode():
            yield
    finally:
        model.train(training)
        model.generation_config = before
