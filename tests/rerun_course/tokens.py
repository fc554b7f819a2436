"""The tokenizer of the tiny course: a Unigram model over the words of its bills."""

from __future__ import annotations

import json
import string
from pathlib import Path

from tests.rerun_course.bills import ADJECTIVES, NOUNS, SUBJECTS, vocabulary_words

SPECIALS = ("<pad>", "</s>", "<unk>")
MARK = "▁"
"""Stands for the space before a word."""
_SCORES = {"mark": -2.0, "word": -6.0, "inner": -7.0, "character": -9.0}
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


def pieces() -> list[tuple[str, float]]:
    """Every token with its score, in the order of the ids."""
    capitals = {word.upper() for word in (*ADJECTIVES, *NOUNS, *SUBJECTS)}
    words = sorted({*vocabulary_words(), *capitals})
    characters = [each for each in string.printable if not each.isspace()]
    return [
        *((special, 0.0) for special in SPECIALS),
        (MARK, _SCORES["mark"]),
        *((MARK + word, _SCORES["word"]) for word in words),
        *((word, _SCORES["inner"]) for word in sorted(ADJECTIVES)),
        *((each, _SCORES["character"]) for each in characters),
    ]


def write_tokenizer(folder: Path) -> None:
    """The files that `AutoTokenizer.from_pretrained` reads, as a fast T5 tokenizer."""
    from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(pieces(), unk_id=SPECIALS.index("<unk>")))
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
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(_CONFIG, indent=2), "utf-8")
