"""Reading a submission's code for comparison: bounded, and never raising for what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from grader.integrity.code.arrays import packed
from grader.integrity.code.lexing import Statement, statements
from grader.integrity.code.normal import normal_tokens
from grader.integrity.code.texts import Text, texts_of
from grader.integrity.records import CodeTraits

MAX_TOKENS = 300_000
"""How many tokens of one submission are read: some twenty times what a student writes."""


def code_traits(root: Path, files: Sequence[str]) -> tuple[CodeTraits, bytes]:
    """What is known of a work's code, and its tokens and text as bytes.

    `files` are all paths of the workspace and `root` is its folder. Hidden folders and Python
    environments are left out.
    """
    texts, unread = texts_of(root, files)
    found: dict[str, tuple[Statement, ...]] = {}
    too_long: list[tuple[str, str]] = []
    left = MAX_TOKENS
    for text in _small_first(texts):
        # No statement is shorter than a token: this bounds what is held.
        read = tuple(islice(statements(text.code), left + 1))
        size = sum(map(len, read))
        if size > left:
            too_long.append((text.path, f"with it, there are over {MAX_TOKENS:,} tokens"))
            continue
        left -= size
        found[text.path] = read
    tokens = normal_tokens({path: found[path] for path in sorted(found)})
    shown = {text.path: text.shown for text in texts if text.path in found}
    traits = CodeTraits(
        tuple(shown),
        sum(map(len, tokens.values())),
        tuple(sorted((*unread, *too_long))),
    )
    return traits, packed(shown, tokens)


def _small_first(texts: Sequence[Text]) -> list[Text]:
    """What was typed before what a program wrote."""
    return sorted(texts, key=lambda text: (len(text.code), text.path))
