"""The demo's tokenizer: a small Unigram vocabulary, in the files that T5's own tokenizer has."""

from __future__ import annotations

import json
import math
import string
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

PIECES = 2_000
"""Pieces of the vocabulary: bills of few words need few."""

SPECIALS = ("<pad>", "</s>", "<unk>")
_PUNCTUATION = r"``|''|--|[.,;:()%$'`]"
"""What no piece joins to a word: a comma after it must not make another word of it."""

_CONFIG = {
    "tokenizer_class": "T5Tokenizer",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "extra_ids": 0,
    "additional_special_tokens": [],
    "model_max_length": 1024,
    "clean_up_tokenization_spaces": True,
}


def train_tokenizer(texts: Sequence[str], folder: Path) -> None:
    """Train it on the texts, and write `tokenizer.json` and `tokenizer_config.json`."""
    from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(_pieces(texts), unk_id=SPECIALS.index("<unk>")))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=["$A", "</s>"],
        pair=["$A", "</s>", "$B", "</s>"],
        special_tokens=[("</s>", SPECIALS.index("</s>"))],
    )
    tokenizer.add_special_tokens([AddedToken(each, normalized=False) for each in SPECIALS])
    folder.mkdir(parents=True, exist_ok=True)
    told = json.loads(tokenizer.to_str())
    for part in (*told["pre_tokenizer"]["pretokenizers"], told["decoder"]):
        if part["type"] == "Metaspace":
            part["add_prefix_space"] = True  # what tokenizers before 0.19 want to be told
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(_CONFIG, indent=2) + "\n", "utf-8")


def _pieces(texts: Sequence[str]) -> list[tuple[str, float]]:
    """Each piece with the logarithm of its share of the texts, in the order of the ids.

    The pieces are found by merging pairs, which gives the same ones each time; the trainer for
    Unigram vocabularies doesn't, and cuts the words of so small a corpus to bits.
    """
    from tokenizers import Regex, Tokenizer, pre_tokenizers
    from tokenizers.models import BPE
    from tokenizers.trainers import BpeTrainer

    merged = Tokenizer(BPE())
    merged.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(),
            pre_tokenizers.Split(Regex(_PUNCTUATION), "isolated"),
        ]
    )
    characters = [each for each in string.printable if not each.isspace()]
    trainer = BpeTrainer(
        vocab_size=PIECES, special_tokens=list(SPECIALS), initial_alphabet=characters,
        show_progress=False,
    )  # fmt: skip
    merged.train_from_iterator(texts, trainer)
    counts = Counter(piece for text in texts for piece in merged.encode(text).tokens)
    total = sum(counts.values())
    found = merged.get_vocab(with_added_tokens=False)
    ordinary = sorted((number, piece) for piece, number in found.items() if piece not in SPECIALS)
    scored = [(piece, math.log((counts[piece] + 1) / total)) for _, piece in ordinary]
    return [*((special, 0.0) for special in SPECIALS), *scored]
