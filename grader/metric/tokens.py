"""Texts as lists of tokens, as each of the two dialects cuts them."""

from __future__ import annotations

from grader.metric.porter import STEMS

# What a reference token is made of stays, a line break stays, all else separates tokens.
_KEPT = b"abcdefghijklmnopqrstuvwxyz0123456789\n"
_SEPARATORS = bytes(code if code in _KEPT else 0x20 for code in range(256))

# Stands in a list of tokens where a line begins; it is made of what no token is made of.
LINE_BREAK = "|"
_BREAK = f" {LINE_BREAK} "


def handout_sentences(text: str) -> list[list[str]]:
    """The sentences of a text, as the course cuts them; one may have no tokens.

    A text is split before it is lowered, as lowering looks across a full stop: it changes the
    last sigma of "ΑΣ.B". Within ASCII the order makes no difference.
    """
    if text.isascii():
        return [part.split() for part in text.lower().split(".")]
    return [part.lower().split() for part in text.split(".")]


def rouge_tokens(text: str, *, stemmer: bool) -> list[str]:
    """The tokens of a text as `rouge-score` makes them, with a LINE_BREAK before each line.

    A token is a run of a-z and 0-9 in the lowered text. Whatever lies outside ASCII then
    separates, so one pass over bytes does the whole text; a line break separates as well,
    which makes the tokens of the text those of its lines, one after the other.
    """
    letters = text.lower().encode("ascii", "replace").translate(_SEPARATORS).decode("ascii").strip()
    tokens = (f"{LINE_BREAK} " + letters.replace("\n", _BREAK)).split()
    return list(map(STEMS.__getitem__, tokens)) if stemmer else tokens
