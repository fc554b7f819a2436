"""Sections as the text of a bill, and what they do as a title and a summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.demo.corpus_kinds import OFFICE, Section

_WIDTH = 72
_SAME = {"Directs": ("Directs", "Requires", "Instructs")}
"""A verb that begins several sentences of a summary is varied, in this order."""


def bill_text(name: str, sections: Sequence[Section], office: tuple[str, str]) -> str:
    """The bill as it is printed: numbered sections, broken into lines, indented."""
    cited = f"This Act may be cited as the ``{name}''."
    shown = [*([Section("Short title", cited)] if name else []), *sections]
    parts = []
    for number, section in enumerate(shown, 1):
        label = "SECTION 1" if number == 1 else f"SEC. {number}"
        parts.append((f"{label}. {section.heading.upper()}.", section.body))
    bodies = _named([body for _, body in parts], office, _introduced(office))
    laid = (f"{heading}\n\n{_lines(body)}\n" for (heading, _), body in zip(parts, bodies))
    return "\n".join(laid)


def bill_summary(name: str, sections: Sequence[Section], office: tuple[str, str]) -> str:
    """What the bill does, in the present tense, in the order of its sections."""
    told = _named([section.told for section in sections if section.told], office, office[0])
    return (f"{name} - " if name else "") + " ".join(_varied(told))


def bill_title(sections: Sequence[Section], office: tuple[str, str]) -> str:
    """The long title: what the first operative section does."""
    told = next(section.told for section in sections if section.told)
    verb, _, rest = told.partition(".")[0].partition(" ")
    stem = re.sub("(?<=sh)es$|s$", "", verb).lower()
    return f"To {stem} {rest.replace(OFFICE, office[0])}, and for other purposes."


def _named(texts: Sequence[str], office: tuple[str, str], first: str) -> list[str]:
    """The texts with the office in full at its first mention, and short from then on."""
    named, name = [], first
    for text in texts:
        if OFFICE in text:
            text, name = text.replace(OFFICE, name, 1).replace(OFFICE, office[1]), office[1]
        named.append(re.sub(r"(^|[.:] )the ", r"\1The ", text))
    return named


def _varied(told: Sequence[str]) -> list[str]:
    varied, seen = [], 0
    for text in told:
        verb, _, rest = text.partition(" ")
        others = _SAME.get(verb, (verb,))
        varied.append(f"{others[seen % len(others)]} {rest}")
        seen += verb in _SAME
    return varied


def _introduced(office: tuple[str, str]) -> str:
    """The office at its first mention in a bill."""
    whole, short = office
    if whole == short:
        return whole
    return f"{whole} (in this Act referred to as the ``{short.partition(' ')[2]}'')"


def _lines(body: str) -> str:
    """Paragraphs as the printer indents them; those that begin with a number stand deeper."""
    lines: list[str] = []
    for text in body.split("\n"):
        first, later = (" " * 12, " " * 8) if text.startswith("(") else (" " * 4, "")
        lines += _filled(text.split(), first, later)
    return "\n".join(lines)


def _filled(words: Sequence[str], first: str, later: str) -> Iterator[str]:
    """Lines as full as they may be; `textwrap` gives the same ones in ten times the time."""
    line, empty = first, True
    for word in words:
        if not empty and len(line) + 1 + len(word) > _WIDTH:
            yield line
            line, empty = later, True
        line, empty = line + ("" if empty else " ") + word, False
    yield line
