"""What observations say: the words by which what was read is judged later, and shown."""

from __future__ import annotations

import re
from typing import Optional

from grader.integrity.data.values import Site, Source

LOADED = "is loaded"
READ = "is read"
TRAINS = "reaches training"
MAY_TRAIN = "may reach training"
CHOOSES = "chooses the best checkpoint"
WRITTEN = "reaches the written predictions"
MAY_BE_WRITTEN = "may reach the written predictions"
RESULT = "is trained, pruned or saved as the result"
MAY_BE_RESULT = "may be trained, pruned or saved as the result"
PREDICTS = "writes the predictions"
MAY_PREDICT = "may write the predictions"
FETCHED = "is fetched while the code runs"
INSTALLS = "is installed or prepared while the code runs"
UNKNOWN = "can't be told without running it"
UNREAD = "is not read"

_MOST = 80
_FROM = re.compile(r" \(loaded at (.+):(\d+)\)$")


def says(verb: str, loaded: Optional[Site] = None, detail: str = "") -> str:
    """The words of an observation: what happens, and where what it happens to was loaded."""
    told = f"{verb}: {detail}" if detail else verb
    return told if loaded is None else f"{told} (loaded at {loaded[0]}:{loaded[1]})"


def verb_of(text: str) -> str:
    """What happens, by an observation's words."""
    return _FROM.sub("", text).partition(":")[0]


def detail_of(text: str) -> str:
    """What more an observation says; empty where it is nothing."""
    return _FROM.sub("", text).partition(": ")[2]


def loaded_at(text: str) -> str:
    """Where it was loaded, as `file:line`; empty where that isn't said."""
    match = _FROM.search(text)
    return "" if match is None else f"{match.group(1)}:{match.group(2)}"


def told(source: Source) -> str:
    """What a source is called in an observation: its kind, and its name."""
    name = source.name[-_MOST:]  # the end of a path tells most
    if source.kind == "data":
        return "/".join(each for each in (f"data {name}", source.split[:_MOST]) if each)
    return f"{source.kind} {name}"


def parted(name: str) -> tuple[str, str]:
    """The kind and the rest of what a source is called."""
    kind, _, rest = name.partition(" ")
    return kind, rest
