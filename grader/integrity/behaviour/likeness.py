"""Names of teams as they look: letters that are mistaken for others are the same here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from validators.name_patterns import ids_in, match_name
from validators.rules import Rules

_LONGEST = 120
# Letters of other scripts that look like Latin ones: Cyrillic, Greek, and Latin's own doubles. What
# looks so as a capital only is taken along, so that the case of a word makes no difference.
_LOOKS = str.maketrans(
    "АВЕЅІЈКМНОРСТХУ" + "авеѕіјкмнорстху" + "ԁһԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "αικνορυχ" + "ıɑɡ",
    "ABESIJKMHOPCTXY" + "abesijkmhopctxy" + "dhqw" + "ABEZHIKMNOPTYX" + "aikvopux" + "iag",
)


def look(text: str) -> str:
    """What two names that look the same have in common.

    Composed or not, full width or not, in any case, with spaces and signs between or without,
    Cyrillic, Greek or Latin letters, digits of any script.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_LOOKS)
    folded = unicodedata.normalize("NFKC", plain.casefold()).translate(_LOOKS)
    kept = "".join(
        str(unicodedata.decimal(letter, letter))
        for letter in folded
        if unicodedata.category(letter)[0] in "LMN"
    )
    return unicodedata.normalize("NFKC", kept)


def claimed(name: str, rules: Rules) -> tuple[str, ...]:
    """The student ids that the name of a team carries, in plain digits."""
    text = "".join(str(unicodedata.decimal(letter, letter)) for letter in name[:_LONGEST])
    match = match_name(text, rules.team.pattern, rules.team.id)
    if match is not None:
        return (match.student_id,)
    return tuple(dict.fromkeys(ids_in(text.replace("_", " "), rules.team.id)))


def own_part(name: str, rules: Rules) -> str:
    """The look of the name without the id."""
    match = match_name(name, rules.team.pattern, rules.team.id)
    return look(name if match is None else match.name)


def near(looks: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each two of the keys whose looks differ by one letter at most, in their order.

    Looks that are one letter apart have a text in common that either gives without one letter.
    """
    keyed: dict[str, set[str]] = {}
    for key, text in looks.items():
        for shorter in {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}:
            keyed.setdefault(shorter, set()).add(key)
    pairs = {pair for keys in keyed.values() for pair in combinations(sorted(keys), 2)}
    yield from (pair for pair in sorted(pairs) if one_apart(looks[pair[0]], looks[pair[1]]))


def one_apart(one: str, other: str) -> bool:
    """Whether one letter at most has to be put in, taken out or changed."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = _alike(one, other)
    rest_one = one[start + (len(one) == len(other)) :]
    return rest_one == other[start + 1 :] or one == other


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many letters both begin with."""
    for place, (letter, another) in enumerate(zip(one, other)):
        if letter != another:
            return place
    return min(len(one), len(other))
