"""Commands of the shell in notebooks and in `os.system`: what they fetch, and into which file."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from grader.integrity.data.state import Frame, State
from grader.integrity.data.values import Site, Source
from grader.integrity.data.words import FETCHED, INSTALLS, says

_FETCHERS = frozenset(
    {"wget", "curl", "gdown", "aria2c", "axel", "kaggle", "huggingface-cli", "hf"}
)
_OUTPUT = {
    "wget": ("-O", "--output-document"),
    "curl": ("-o", "--output"),
    "gdown": ("-O", "--output"),
    "aria2c": ("-o", "--out"),
    "axel": ("-o",),
}
_INSTALLERS = frozenset({"pip", "pip3", "conda", "mamba", "apt", "apt-get", "npm", "uv"})
_BETWEEN = re.compile(r"&&|\|\||;|\|")
_LONGEST = 2000


def follow_command(state: State, command: str, site: Site, frame: Frame) -> None:
    """What one line of shell fetches; names of the code in braces stand for their values."""
    filled = re.sub(
        r"[{$]([A-Za-z_]\w*)}?", lambda match: _filled(match, frame), command[:_LONGEST]
    )
    for part in _BETWEEN.split(filled):
        try:
            words = shlex.split(part)
        except ValueError:
            words = part.split()
        follow_words(state, words, site)


def _filled(match: re.Match[str], frame: Frame) -> str:
    value = frame.lookup(match.group(1))
    return value.text if value is not None and value.text is not None else match.group(0)


def follow_words(state: State, words: Sequence[str], site: Site) -> None:
    """What one command fetches."""
    while words and (words[0] in ("sudo", "time", "python", "python3", "-m") or "=" in words[0]):
        words = words[1:]
    if not words:
        return
    program, rest = words[0].rpartition("/")[2], list(words[1:])
    if program in _INSTALLERS:
        state.observe("download", " ".join(words)[:200], site, says(INSTALLS))
    elif program == "git" and rest[:1] in (["clone"], ["lfs"]):
        state.observe("download", " ".join(rest)[:200], site, says(FETCHED))
    elif program in _FETCHERS and not (program == "kaggle" and "submit" in rest):
        _fetched(state, program, rest, site)


def _fetched(state: State, program: str, words: Sequence[str], site: Site) -> None:
    urls = [word for word in words if re.match(r"(https?|ftp)://", word)]
    named = [word for word in words if not word.startswith("-")]
    url = urls[0] if urls else " ".join(named[:4]) or "?"
    state.observe("download", url, site, says(FETCHED))
    source = frozenset({Source("url", url, site)})
    flags = _OUTPUT.get(program, ())
    into = [words[n + 1] for n, word in enumerate(words[:-1]) if word in flags]
    into += [url.partition("?")[0].rstrip("/").rpartition("/")[2]]
    state.write(into[0], source)
