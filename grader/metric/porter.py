"""Porter's stemmer with the extensions of NLTK, which is the one that `rouge-score` uses.

A letter is a vowel or a consonant by what stands before it, never by what follows. So the
pattern of a word ("trouble" is "ccvvccv") serves all its beginnings, and a word's measure, the
number of times a vowel is followed by a consonant, is the number of "vc" in its pattern.
"""

from __future__ import annotations

_VOWELS = "aeiou"
_PATTERN = str.maketrans(
    {chr(code): "v" if chr(code) in _VOWELS else "c" for code in range(128) if code != ord("y")}
)
_IRREGULAR = {
    "skies": "sky", "sky": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
    "innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing",
    "cannings": "canning", "canning": "canning", "howe": "howe", "proceed": "proceed",
    "exceed": "exceed", "succeed": "succeed",
}  # fmt: skip

# The endings of a step, found by one letter of the word (the last but one, in step 3 the last).
# Where one ending is part of another, the longer stands first.
_Endings = dict[str, tuple[tuple[str, str], ...]]
_STEP2: _Endings = {
    "a": (("ational", "ate"), ("tional", "tion")),
    "c": (("enci", "ence"), ("anci", "ance")),
    "e": (("izer", "ize"),),
    "l": (("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"),
          ("fulli", "ful")),
    "o": (("ization", "ize"), ("ation", "ate"), ("ator", "ate")),
    "s": (("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous")),
    "t": (("aliti", "al"), ("iviti", "ive"), ("biliti", "ble")),
}  # fmt: skip
_STEP3: _Endings = {
    "e": (("icate", "ic"), ("ative", ""), ("alize", "al")),
    "i": (("iciti", "ic"),),
    "l": (("ical", "ic"), ("ful", "")),
    "s": (("ness", ""),),
}
_STEP4: _Endings = {
    "a": (("al", ""),),
    "c": (("ance", ""), ("ence", "")),
    "e": (("er", ""),),
    "i": (("ic", ""),),
    "l": (("able", ""), ("ible", "")),
    "n": (("ant", ""), ("ement", ""), ("ment", ""), ("ent", "")),
    "o": (("ion", ""), ("ou", "")),
    "s": (("ism", ""),),
    "t": (("ate", ""), ("iti", "")),
    "u": (("ous", ""),),
    "v": (("ive", ""),),
    "z": (("ize", ""),),
}

_LONGEST_CACHED, _MOST_CACHED = 40, 200_000


class _Stems(dict[str, str]):
    """Tokens and what the reference dialect makes of them, kept from one text to the next."""

    def __missing__(self, token: str) -> str:
        # rouge-score leaves tokens of up to three characters alone.
        found = stem(token) if len(token) > 3 else token
        # A hostile file must not fill the memory with words that it made up.
        if len(token) <= _LONGEST_CACHED and len(self) < _MOST_CACHED:
            self[token] = found
        return found


STEMS = _Stems()


def stem(word: str) -> str:
    """The stem of a lower-case ASCII word."""
    irregular = _IRREGULAR.get(word)
    if irregular is not None:
        return irregular
    if len(word) <= 2:
        return word
    if word[-1] == "s":
        word = _without_plural(word)
    if word[-1] in "dg":
        word = _without_past(word)
    if word[-1] == "y" and len(word) > 2 and _pattern(word)[-2] == "c":
        word = word[:-1] + "i"
    return _without_endings(word)


def _pattern(word: str) -> str:
    pattern = word.translate(_PATTERN)
    if "y" not in pattern:
        return pattern
    parts: list[str] = []
    last = "v"
    for part in pattern:
        # y is a vowel after a consonant, and a consonant at the start or after a vowel.
        last = part if part != "y" else "v" if last == "c" else "c"
        parts.append(last)
    return "".join(parts)


def _without_plural(word: str) -> str:
    """Step 1a: the word without its plural s."""
    if word.endswith("ies"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("sses"):
        return word[:-2]
    return word if word.endswith("ss") else word[:-1]


def _without_past(word: str) -> str:
    """Step 1b: the word without -ed or -ing, its own ending mended."""
    if word.endswith("ied"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("eed"):
        return word[:-1] if "vc" in _pattern(word[:-3]) else word
    if word.endswith("ed"):
        cut = word[:-2]
    elif word.endswith("ing"):
        cut = word[:-3]
    else:
        return word
    pattern = _pattern(cut)
    if "v" not in pattern:
        return word
    if cut.endswith(("at", "bl", "iz")):
        return cut + "e"
    if len(cut) > 1 and cut[-1] == cut[-2] and pattern[-1] == "c":
        return cut if cut[-1] in "lsz" else cut[:-1]
    return cut + "e" if pattern.count("vc") == 1 and _closed(cut, pattern) else cut


def _without_endings(word: str) -> str:
    """Steps 2 to 5: derived endings shortened, then dropped."""
    if len(word) > 2:
        word = _step2(word)
        word = _shortened(word, word[-1], _STEP3, 0)
    if len(word) > 2:
        word = _shortened(word, word[-2], _STEP4, 1)
    if word[-1] == "e":
        pattern = _pattern(word[:-1])
        measure = pattern.count("vc")
        if measure > 1 or (measure == 1 and not _closed(word[:-1], pattern)):
            word = word[:-1]
    if word.endswith("ll") and _pattern(word[:-1]).count("vc") > 1:
        return word[:-1]
    return word


def _step2(word: str) -> str:
    if word.endswith("logi"):
        # The l counts as the stem's, so that short ones like "geo" lose their ending too.
        return word[:-1] if "vc" in _pattern(word[:-3]) else word
    shorter = _shortened(word, word[-2], _STEP2, 0)
    if word.endswith("alli") and shorter != word:
        return _shortened(shorter, shorter[-2], _STEP2, 0)
    return shorter


def _shortened(word: str, letter: str, endings: _Endings, measure: int) -> str:
    """The word with its ending replaced where what is left has more than the measure."""
    for ending, replacement in endings.get(letter, ()):
        if word.endswith(ending):
            cut = word[: -len(ending)]
            if _pattern(cut).count("vc") <= measure or (ending == "ion" and cut[-1] not in "st"):
                return word
            return cut + replacement
    return word


def _closed(word: str, pattern: str) -> bool:
    """Whether it ends like "hop", or is of two letters like "at"."""
    if len(word) == 2:
        return pattern == "vc"
    return pattern.endswith("cvc") and word[-1] not in "wxy"
