"""The count as a small table with bars, for a terminal: where the non-zero parameters are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from validators.display import clean
from validators.model.numbers import decimals
from validators.model.records import Count, GroupCount, ModelCount

_BAR = 16
_NAME = 20
# Eighths of a block, the empty one first.
_EIGHTHS = " ▏▎▍▌▋▊▉"
_FIRST = ("embedding", "encoder", "decoder", "head")
_PARTS = ("self-attention", "cross-attention", "feed-forward", "norms")


@dataclass(frozen=True)
class _Row:
    name: str
    count: Count


def group_lines(count: ModelCount) -> tuple[str, ...]:
    """A line for each group of the weights that are loaded by default, and for the whole.

    Bars and ratios are of the handout's counting; the strict ratio stands behind them when it
    differs anywhere. A tied head is a row of its own, beside the embedding whose values it sees
    through its mask; it adds nothing to the total. No lines where nothing could be counted.
    """
    if count.total is None or not count.sets:
        return ()
    rows = [*_rows(count.sets[0].groups), _Row("total", count.total)]
    both = any(row.count.handout != row.count.strict for row in rows)
    heading = f"{'':{_NAME}} {'non-zero':>11} {'parameters':>13}  ratio"
    lines = [f"{heading} {'':{_BAR}}{'  strict' if both else ''}".rstrip()]
    return (*lines, *(_line(row, both) for row in rows))


def bar(ratio: Fraction, width: int = _BAR) -> str:
    """The ratio as a bar of blocks, to an eighth of one; a trace is shown for any non-zero."""
    eighths = min(width * 8, int(ratio * width * 8 + Fraction(1, 2)))
    if ratio > 0:
        eighths = max(1, eighths)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(width, "·")


def _line(row: _Row, both: bool) -> str:
    count = row.count
    name = clean(row.name)
    name = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
    strict = f"   {decimals(count.strict_ratio, 3)}" if both else ""
    return (
        f"{name:{_NAME}} {count.handout:>11,} /{count.parameters:>12,}  "
        f"{decimals(count.handout_ratio, 3)} {bar(count.handout_ratio)}{strict}"
    )


def _rows(groups: tuple[GroupCount, ...]) -> Iterator[_Row]:
    """Groups in the order of the model; one with parts is their sum, and they stand below it."""
    heads = {group.group.partition("/")[0] for group in groups}
    for head in sorted(heads, key=lambda name: (_place(name, _FIRST), name)):
        inside = [group for group in groups if group.group.partition("/")[0] == head]
        if len(inside) > 1:
            yield _Row(head, _sum(inside))
        inside.sort(key=lambda group: (_place(_part(group), _PARTS), group.group))
        for group in inside:
            name = group.group if len(inside) == 1 else f"  {_part(group) or 'itself'}"
            yield _Row(f"{name} (tied)" if group.shares else name, group.count)


def _part(group: GroupCount) -> str:
    return group.group.partition("/")[2]


def _place(name: str, order: tuple[str, ...]) -> int:
    return order.index(name) if name in order else len(order)


def _sum(groups: list[GroupCount]) -> Count:
    counts = [group.count for group in groups if not group.shares]
    return Count(
        sum(count.parameters for count in counts),
        sum(count.handout for count in counts),
        sum(count.strict for count in counts),
    )
