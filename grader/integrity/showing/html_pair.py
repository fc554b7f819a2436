"""A pair as a page: who, by which figures, and what matches, marked in both and linked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from grader.integrity.records import Pair, Passage
from grader.integrity.showing.aligned import (
    MATCHED,
    OTHER,
    SAME,
    Block,
    Cell,
    Row,
    blocks_of,
    fit,
    folded,
    text_rows,
    where,
)
from grader.integrity.showing.evidence import Evidence, Person
from grader.integrity.showing.html_frame import bare, link, path, table, text, who
from grader.integrity.showing.words import (
    context_title,
    digests,
    explanations,
    marked,
    number,
    spread_sentence,
    texts_of,
)

_MOST_BLOCKS, _MOST_ROWS, _MOST_LINES = 200, 1_000, 5_000

Pages = Mapping[str, str]
"""The page of each person who has one, by their key."""


def pair_html(evidence: Evidence, pair: Pair, pages: Pages, level: int = 2) -> Iterator[str]:
    """Everything about one pair; `level` is that of its headings."""
    yield _sides(evidence, pair, pages)
    yield _figures(pair)
    yield _heading(level, context_title(evidence))
    for spread in evidence.spreads_of(pair.about):
        yield f"<p>{text(spread_sentence(spread))}</p>\n"
    for told in explanations(evidence, pair):
        yield f"<p>{text(told)}</p>\n"
    if pair.passages:
        yield from _passages(evidence, pair, level)
    if pair.rows:
        yield from _rows(evidence, pair, level)


def _heading(level: int, told: str) -> str:
    return f"<h{level}>{text(told)}</h{level}>\n"


def _sides(evidence: Evidence, pair: Pair, pages: Pages) -> str:
    rows = []
    heads = ("yours", "other") if evidence.for_whom == "student" else ("first", "second")
    for side, name in zip(heads, (pair.first, pair.second)):
        person = evidence.who(name)
        files = "<br>".join(
            f"{path(file)} <span class=digest>sha-256 {bare(digest)}</span>"
            for file, digest in sorted(set(digests(evidence, name, pair)))
        )
        package = path(person.package) if person.package else ""
        if person.digest:
            package += f"<br><span class=digest>sha-256 {bare(person.digest)}</span>"
        rows.append((side, who(person, pages.get(person.key, "")), package, files))
    caption = "The two sides, and the files that this rests on"
    return table(caption, ("side", "who", "package", "files"), rows)


def _figures(pair: Pair) -> str:
    rows = [(text(name), f'<span class="number">{number(v)}</span>') for name, v in pair.figures]
    return table("The figures; the first one decides", ("figure", "value"), rows)


def _passages(evidence: Evidence, pair: Pair, level: int) -> Iterator[str]:
    first, second = evidence.lines(pair.first), evidence.lines(pair.second)
    blocks = blocks_of(pair, first, second, _MOST_BLOCKS)
    yield _heading(level, f"Matching passages: {len(pair.passages):,}")
    told = f"{MATCHED} marks a line that matches"
    if evidence.for_whom == "ta":
        told += f"; {SAME} stands between two that read the same, {OTHER} between two that do not"
    yield f'<p class="soft">{text(told)}.</p>\n'
    linked = frozenset(
        each.number
        for each in blocks
        if _is_there(each.passage, "a", first) and _is_there(each.passage, "b", second)
    )
    for block in blocks:
        yield from _block(evidence, block, pair, level + 1, block.number in linked)
    if len(pair.passages) > len(blocks):
        yield f"<p>and {len(pair.passages) - len(blocks):,} shorter passages</p>\n"
    if first and second:
        yield _heading(level, "The files, matching parts marked")
        yield '<div class="files">\n'
        yield from _files(evidence.who(pair.first), first, blocks, _Side("a", pair.label, linked))
        yield from _files(evidence.who(pair.second), second, blocks, _Side("b", pair.label, linked))
        yield "</div>\n"


@dataclass(frozen=True)
class _Side:
    """One side of a pair, and the numbers of the passages that have a place in both files."""

    letter: str
    label: str
    linked: frozenset[int]

    def of(self, block: Block) -> tuple[str, int, int]:
        """File, first and last line of a passage on this side."""
        return _in(block.passage, self.letter)


def _is_there(passage: Passage, side: str, files: Mapping[str, Sequence[str]]) -> bool:
    """Whether the passage's first line is one of those that the page shows of the file."""
    file, start, _ = _in(passage, side)
    return 1 <= start <= min(_MOST_LINES, len(files.get(file, ())))


def _block(evidence: Evidence, block: Block, pair: Pair, level: int, linked: bool) -> Iterator[str]:
    left, right = where(block.passage)
    title = f"{block.number}. {' and '.join(filter(None, (left, right)))}"
    here = f"{pair.label}-{block.number}"
    yield f'<h{level} id="{here}">{text(title)}</h{level}>\n'
    yield f"<p class=jump>{block.passage.size:,} tokens"
    if linked:
        yield f" · {link(f'#{here}-a', 'in the first file')} · "
        yield link(f"#{here}-b", "in the second file")
    yield "</p>\n"
    heads = (left, right) if right else (left,)
    rows = tuple(folded(block.rows))
    yield from (f"<p>The text of the {side} is not kept.</p>\n" for side in block.lacking if right)
    if block.rows:
        yield _beside(f"Passage {block.number}", heads, rows[:_MOST_ROWS])
    else:
        gone = "was left out" if evidence.texts_left_out else "is not kept"
        yield f"<p>The text {gone}.</p>\n"
    if len(rows) > _MOST_ROWS:
        yield f"<p>and {len(rows) - _MOST_ROWS:,} more lines</p>\n"


def _beside(caption: str, heads: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows of one side or of two, as a table with the marks between."""
    counted = any(cell and cell.number for row in rows for cell in (row.left, row.right))
    line = "line" if counted else '<span aria-label="mark"></span>'
    head = '<th scope="col" class="mark" aria-label="how they compare">=</th>'.join(
        f'<th scope="col" class="at">{line}</th><th scope="col">{path(each)}</th>' for each in heads
    )
    both = len(heads) > 1
    body = "".join(
        f"<tr>{_cells(row.left, heads[0])}"
        + (f'<td class="mark">{row.between}</td>{_cells(row.right, heads[1])}' if both else "")
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<table class="beside"><caption>{text(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{body}</tbody></table>\n"
    )


def _cells(cell: Optional[Cell], side: str) -> str:
    if cell is None:
        return '<td class="at"></td><td></td>'
    hit, mark = (" hit", f"{bare(MATCHED)} ") if cell.matched else ("", "")
    number = "" if cell.number is None else cell.number
    return (
        f'<td class="at{hit}">{mark}{number}</td>'
        f'<td class="code{hit}" data-side="{bare(side)}">{bare(cell.text)}</td>'
    )


def _files(
    person: Person, files: Mapping[str, Sequence[str]], blocks: Sequence[Block], side: _Side
) -> Iterator[str]:
    """One side's files that hold something that matches, each line once."""
    yield f'<section aria-label="{bare(person)}">\n'
    for file in sorted({side.of(block)[0] for block in blocks} & set(files)):
        own = [each for each in blocks if side.of(each)[0] == file]
        hits, starting = _marked(own, side), _starting(own, side)
        yield f"<h3>{who(person)}: {path(file)}</h3>\n"
        for at, line in enumerate(files[file][:_MOST_LINES], 1):
            yield _jumps(starting.get(at, ()), side) + _line(at, line, at in hits)
        if len(files[file]) > _MOST_LINES:
            yield f"<p>and {len(files[file]) - _MOST_LINES:,} more lines</p>\n"
    yield "</section>\n"


def _starting(blocks: Sequence[Block], side: _Side) -> dict[int, list[Block]]:
    """The passages by the line that each begins at, of those that have a place in both files."""
    found: dict[int, list[Block]] = {}
    for block in blocks:
        if block.number in side.linked:
            found.setdefault(side.of(block)[1], []).append(block)
    return found


def _marked(blocks: Sequence[Block], side: _Side) -> frozenset[int]:
    """The lines of this side that match."""
    rows = (row for block in blocks for row in block.rows)
    cells = (row.left if side.letter == "a" else row.right for row in rows)
    return frozenset(cell.number or 0 for cell in cells if cell is not None and cell.matched)


def _jumps(starting: Sequence[Block], side: _Side) -> str:
    """Links from where passages begin to the same ones in the other file."""
    other = "b" if side.letter == "a" else "a"
    return "".join(
        f'<div class="jump" id="{side.label}-{each.number}-{side.letter}">passage {each.number}: '
        f"{link(f'#{side.label}-{each.number}-{other}', 'in the other file')} · "
        f"{link(f'#{side.label}-{each.number}', 'side by side')}</div>\n"
        for each in starting
    )


def _line(at: int, line: str, matched: bool) -> str:
    hit, mark = (" hit", MATCHED) if matched else ("", "")
    return (
        f'<div class="line{hit}"><span class="at">{at}</span><span>{bare(mark)}</span>'
        f'<span class="code">{bare(fit(line))}</span></div>\n'
    )


def _in(passage: Passage, side: str) -> tuple[str, int, int]:
    """File, first and last line of a passage on one side."""
    if side == "a":
        return (passage.first_file, *passage.first_lines)
    return (passage.second_file, *passage.second_lines)


def _rows(evidence: Evidence, pair: Pair, level: int) -> Iterator[str]:
    if not texts_of(pair):
        yield _heading(level, "What was compared in detail")
        marks = marked(evidence, pair)
        rows = [(bare(mark), *map(text, row)) for mark, row in zip(marks, pair.rows)]
        caption = f"{len(rows):,} lines; {MATCHED} is at or over the threshold"
        yield table(caption, ("", *pair.headers), rows)
        return
    both = texts_of(pair) == 2
    yield _heading(level, f"{'Rows of both' if both else 'Rows'}: {len(pair.rows):,}")
    people = (evidence.who(pair.first), evidence.who(pair.second))
    for row in pair.rows:
        caption = f"{pair.headers[0]} {row[0]}"
        if both:
            yield _beside(caption, tuple(map(str, people)), text_rows(row[1], row[2]))
        else:
            yield _beside(caption, (str(people[0]),), (Row(Cell(fit(row[1]), matched=False)),))
