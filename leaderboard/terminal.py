"""A view on a terminal: columns aligned in any script, and nothing wider than the window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from wcwidth import wcswidth

from leaderboard.audience import Audience, Row, View
from leaderboard.class_table import class_table
from leaderboard.display import apart, clean
from leaderboard.feedback import own_lines
from leaderboard.heading import under_title
from leaderboard.tables import Table, shown

Gives = Sequence[tuple[str, int]]

# Where names stand on a board; how much of one stays while figures can be told below instead.
_NAME, _NAME_LEAST = 1, 16
# No column becomes narrower than this; a word longer than that squeezes no other column for it.
_LEAST, _LONGEST_WORD = 8, 48
# A word that is too long is broken after one of these where one is near.
_BREAKS = "./_-"


def page(view: View, width: Optional[int]) -> str:
    """The whole answer; `width` is the window's, or nothing for a file or a pipe."""
    head = [clean(view.competition), clean(under_title(view))]
    head += [f"{clean(fact.name)}: {clean(fact.value)}" for fact in view.facts]
    told = head if width is None else [line for each in head for line in wrap(each, width)]
    own = [
        line
        for each in own_lines(view)
        for line in ([each] if width is None else wrap(each, width))
    ]
    return "\n".join([*told, "", *_board(view, width), *([""] if own else []), *map(apart, own)])


def blocks(
    headers: Sequence[str], rows: Sequence[Sequence[str]], width: Optional[int],
    gives: Gives = (), right: Sequence[str] = (),
) -> list[str]:  # fmt: skip
    """The head of a table and then each row, fitted to the window: cells go on below themselves.

    The columns in `gives` give way in turn, each down to the width beside its name. Where that
    isn't enough all columns do, the widest first, and words are broken last of all. The columns
    in `right` are set to the right.
    """
    widths = [_widest([head, *cells]) for head, *cells in zip(headers, *rows)]
    if width is not None:
        room = width - 2 * (len(widths) - 1)
        for name, least in gives:
            floors = [least if head == name else own for head, own in zip(headers, widths)]
            widths = _narrowed(widths, floors, room)
        words = [_longest_word([head, *cells]) for head, *cells in zip(headers, *rows)]
        widths = _narrowed(widths, words, room)
        widths = _narrowed(widths, [_LEAST] * len(widths), room)
    aligned = [name in right for name in headers]
    rule = _line(["-" * each for each in widths], widths, aligned)
    head = f"{_block(headers, widths, aligned)}\n{rule}"
    return [head, *(_block(row, widths, aligned) for row in rows)]


def laid_out(
    headers: Sequence[str], rows: Sequence[Sequence[str]], width: Optional[int],
    gives: Gives = (), right: Sequence[str] = (),
) -> str:  # fmt: skip
    """The table of `blocks` as one text."""
    return "\n".join(blocks(headers, rows, width, gives, right))


def display_width(text: str) -> int:
    """How many columns a terminal gives the text."""
    return max(0, wcswidth(text))


def fits(text: str, width: Optional[int]) -> bool:
    """Whether no line of the text is wider than the window."""
    return width is None or _widest(text.splitlines()) <= width


def cut(text: str, room: int) -> str:
    """The text in at most so many columns, with … where some was left out."""
    return text if display_width(text) <= room else text[: _beginning(text, room - 1)] + "…"


def wrap(text: str, room: int) -> list[str]:
    """The text in lines of at most so many columns; only a word that is wider is broken."""
    if display_width(text) <= room:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if display_width(longer) <= room:
            line = longer
            continue
        lines += [line] if line else []
        *whole, line = _broken(word, room)
        lines += whole
    return [*lines, line]


def _board(view: View, width: Optional[int]) -> Iterator[str]:
    """The table; where it is too wide for the window, each one's own figures below it."""
    table = class_table(view)
    rows = [tuple(map(shown, row)) for row in table.rows]
    whole = laid_out(table.headers, _named(table.headers, rows, width, _NAME_LEAST), None)
    if fits(whole, width):
        yield whole
        return
    assert width is not None
    headers, *kept = (
        tuple(cell for place, cell in enumerate(row) if place not in table.aside)
        for row in (table.headers, *rows)
    )
    yield laid_out(headers, _named(headers, kept, width, _LEAST), width)
    for row, cells in zip(view.rows, rows):
        yield from _told_below(table, _whose(view, row), cells, width)


def _named(
    headers: Sequence[str], rows: Sequence[tuple[str, ...]], width: Optional[int], least: int
) -> list[tuple[str, ...]]:
    """The rows with names cut to the window, but not to less than so many columns."""
    widths = [_widest([head, *cells]) for head, *cells in zip(headers, *rows)]
    over = 0 if width is None else sum(widths) + 2 * (len(widths) - 1) - width
    room = widths[_NAME] - over if over > 0 else widths[_NAME]
    at = max(least, room)
    return [(*row[:_NAME], cut(row[_NAME], at), *row[_NAME + 1 :]) for row in rows]


def _told_below(table: Table, whose: str, cells: Sequence[str], width: int) -> Iterator[str]:
    """What the columns that had no room say of one entry, one of them a line."""
    told = [(table.headers[place], cells[place]) for place in table.aside if cells[place]]
    if told:
        yield ""
        yield apart(cut(whose, width - 1)) + ":"
    for name, value in told:
        first, *more = wrap(f"{name}: {value}", width - 4)
        yield f"  {apart(first)}"
        yield from (f"    {apart(line)}" for line in more)


def _whose(view: View, row: Row) -> str:
    label = clean(row.label)
    if row.entry is None:
        return label
    if view.audience is Audience.STUDENT:
        return "yours"
    entrant = clean(row.entry.entrant)
    return label if entrant in label else f"{entrant} {label}"


def _widest(texts: Iterable[str]) -> int:
    return max(map(display_width, texts), default=0)


def _longest_word(cells: Sequence[str]) -> int:
    words = (word for cell in cells for word in cell.split(" "))
    return min(_LONGEST_WORD, _widest(words))


def _narrowed(widths: Sequence[int], floors: Sequence[int], room: int) -> list[int]:
    """The widths, of which the widest above its floor gives way until there is room for all."""
    left = list(widths)
    while sum(left) > room:
        free = [place for place, own in enumerate(left) if own > floors[place]]
        if not free:
            break
        left[max(free, key=lambda place: left[place])] -= 1
    return left


def _block(cells: Sequence[str], widths: Sequence[int], aligned: Sequence[bool]) -> str:
    """One row, over as many lines as its longest cell needs."""
    columns = [wrap(cell, width) for cell, width in zip(cells, widths)]
    height = max(map(len, columns), default=0)
    filled = [column + [""] * (height - len(column)) for column in columns]
    return "\n".join(_line(line, widths, aligned) for line in zip(*filled))


def _line(cells: Sequence[str], widths: Sequence[int], aligned: Sequence[bool]) -> str:
    padded = []
    for cell, width, to_the_right in zip(cells, widths, aligned):
        space = " " * (width - display_width(cell))
        padded.append(space + apart(cell) if to_the_right else apart(cell) + space)
    return "  ".join(padded).rstrip()


def _beginning(text: str, room: int) -> int:
    """How many letters of the text fit, found by halves: a name may have two thousand."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if display_width(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _broken(word: str, room: int) -> Iterator[str]:
    """A word in pieces that fit, broken after a mark where one is near the end."""
    while display_width(word) > room:
        end = max(1, _beginning(word, room))
        mark = max(word.rfind(each, 0, end) for each in _BREAKS) + 1
        end = mark if mark * 2 > end else end
        yield word[:end]
        word = word[end:]
    yield word
