"""The names that course sites give to what they export, read back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from grader.records import Owner

# `<who>_<id>_assignsubmission_<plugin>`: a folder, with or without "_" at its end, or in flat
# mode the beginning of a file name. Moodle writes a space for every "_" in <who>.
_MOODLE = re.compile(
    r"(?P<who>.+?)_(?P<id>[0-9]{1,19})_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?",
    re.DOTALL,
)
# `<assignment>_<login>_attempt_<time>[_<file>]`: Blackboard, whose names say when it arrived.
_ATTEMPT = re.compile(
    r"(?P<title>.+)_(?P<who>[^_]+)_attempt_(?P<time>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.*))?",
    re.DOTALL,
)
_GROUP = re.compile(
    r"(default )?(groups?|grupo|gruppe|groupe|gruppo)(?![^\W\d_])|群組|小組|小组|グループ", re.I
)
_ANONYMOUS = frozenset(
    {"participant", "teilnehmer in", "teilnehmer/in", "participante", "partecipante",
     "參與者", "参与者", "参加者", "學員", "成員", "成员"}
)  # fmt: skip


@dataclass(frozen=True)
class SiteName:
    """A name of the course site's making: whose, of which part, and the student's own file name.

    `prefix` is the part of the site; `file` is empty for a folder.
    """

    owner: Owner
    plugin: str
    prefix: str
    file: str


def read_site_name(text: str) -> Optional[SiteName]:
    """The name of an exported folder or flat file, or None where no course site made it."""
    return _moodle(text) or _attempt(text)


def _moodle(text: str) -> Optional[SiteName]:
    found = _MOODLE.fullmatch(text)
    if found is None:
        return None
    who, number, plugin, file = found.group("who", "id", "plugin", "file")
    shown = unicodedata.normalize("NFC", who).strip()
    anonymous = shown.casefold() in _ANONYMOUS
    group = _GROUP.match(shown) is not None
    owner = Owner(participant=number, name="" if anonymous else shown, group=group)
    return SiteName(owner, plugin, text[: found.end("plugin")], file or "")


def _attempt(text: str) -> Optional[SiteName]:
    found = _ATTEMPT.fullmatch(text)
    if found is None:
        return None
    try:
        received = datetime.strptime(found.group("time"), "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None
    owner = Owner(name=found.group("who").strip(), received=received)
    return SiteName(owner, "file", text[: found.end("time")], found.group("file") or "")
