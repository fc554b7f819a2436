"""Times as course sites write them for people, read in several languages or not at all."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Optional

# The first letters that tell the months apart, in English, German, French, Spanish, Italian,
# Portuguese and Dutch. A word that fits two ("mar." the day beside "mai") is not guessed at.
_MONTHS = (
    ("jan", "jän", "ene", "gen"), ("feb", "fév", "fev"), ("mar", "mär", "mrt", "maa"),
    ("apr", "avr", "abr"), ("may", "mai", "mei", "mag"), ("jun", "juin", "giu"),
    ("jul", "juil", "lug"), ("aug", "aoû", "ago"), ("sep", "set"), ("oct", "okt", "ott", "out"),
    ("nov",), ("dec", "dez", "déc", "dic"),
)  # fmt: skip
# Days of the week that begin as a month does.
_WEEKDAYS = frozenset({"mardi", "martes", "martedì", "maandag"})
_CLOCK = re.compile(r"(?<![0-9:])([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?![0-9:])")
_YEAR_FIRST = re.compile(
    r"(?<![0-9])([0-9]{4})\s*[年/.-]\s*([0-9]{1,2})\s*[月/.-]\s*([0-9]{1,2})(?![0-9])"
)
# What Chinese and Japanese dates are written with beside numbers.
_DATE_LETTERS = frozenset("年月日号號一二三四五六天週周星期禮拜火水木金土曜")
_NUMBERS = re.compile(r"[0-9]+")
_WORDS = re.compile(r"[^\W\d_]+")
_MORNING, _EVENING = r"(?<![a-z])a\.?\s?m\b\.?|上午|午前", r"(?<![a-z])p\.?\s?m\b\.?|下午|午後|晚上"


def read_time(text: str) -> Optional[datetime]:
    """The local time in a text such as `Tuesday, 14 May 2024, 11:59 PM` or `2024年5月14日 23:59`.

    None for what is no time and for what could be two: `05/04/24` is never guessed at.
    """
    told = unicodedata.normalize("NFKC", text).casefold()
    clocks = list(_CLOCK.finditer(told))
    if len(clocks) != 1:
        return None
    clock = clocks[0]
    rest = told[: clock.start()] + " | " + told[clock.end() :]
    rest, half = _half_of_day(rest)
    if not _is_understood(rest):
        return None
    day = _day(rest)
    hour, minute, second = (int(part or 0) for part in clock.groups())
    if half and hour > 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return None if day is None else datetime(*day, hour, minute, second)
    except ValueError:
        return None


def _half_of_day(text: str) -> tuple[str, str]:
    for half, pattern in (("am", _MORNING), ("pm", _EVENING)):
        cut, count = re.subn(pattern, " ", text)
        if count:
            return cut, half
    return text, ""


def _is_understood(text: str) -> bool:
    """Whether no word is left that could say which half of the day it was (`오후`, `du soir`).

    Words before the clock are days of the week, in letters that we know.
    """
    before, _, after = text.partition("|")
    foreign = {
        letter
        for letter in before
        if letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")
    }
    return foreign <= _DATE_LETTERS and not any(letter.isalnum() for letter in after)


def _day(text: str) -> Optional[tuple[int, int, int]]:
    """Year, month and day, when nothing else in the text could be meant."""
    numbers = [number.group() for number in _NUMBERS.finditer(text)]
    numeric = _YEAR_FIRST.search(text)
    if numeric is not None:
        year, month, day = (int(part) for part in numeric.groups())
        return (year, month, day) if len(numbers) == 3 else None
    months = {month for word in _WORDS.findall(text) for month in _months(word)}
    if len(months) != 1 or sorted(map(len, numbers)) not in ([1, 4], [2, 4]):
        return None
    short, long = sorted(numbers, key=len)
    return int(long), months.pop(), int(short)


def _months(word: str) -> list[int]:
    if word in _WEEKDAYS:
        return []
    return [number for number, starts in enumerate(_MONTHS, 1) if word.startswith(starts)]
