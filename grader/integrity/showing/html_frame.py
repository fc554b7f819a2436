"""The frame of a page of evidence: self-contained, without a script, fit for hostile texts."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

from grader.integrity.showing.evidence import Evidence, Person
from grader.integrity.showing.words import FOR_STUDENT, NO_VERDICT
from validators.display import clean

STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1b1b1f; --soft: #55555f; --line: #c9c9d1;
  --hit: #fff1c2; --hit-edge: #8a5a00; --link: #0b4fb3; --head: #f1f1f4; }
@media (prefers-color-scheme: dark) { :root { --back: #16171b; --text: #e9e9ee; --soft: #b2b2bd;
  --line: #44454f; --hit: #3d3310; --hit-edge: #e3b341; --link: #8ab8ff; --head: #23242a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 100rem; padding: 1rem 1.25rem 3rem; background: var(--back);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); } :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: .5rem;
  background: var(--back); padding: .5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2.25rem;
  border-bottom: 1px solid var(--line); } h3 { font-size: 1.05rem; margin-top: 1.75rem; }
.soft, footer { color: var(--soft); } .note { border-left: 4px solid var(--hit-edge);
  padding: .25rem .75rem; background: var(--head); max-width: 70rem; }
p, li { max-width: 70rem; } .wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .75rem 0; } caption { text-align: left;
  color: var(--soft); padding-bottom: .25rem; } th, td { border: 1px solid var(--line);
  padding: .25rem .6rem; text-align: left; vertical-align: top; }
.wide th, .wide td { min-width: 4rem; overflow-wrap: break-word; }
.digest { overflow-wrap: anywhere; } thead th, tbody th { background: var(--head); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
code, .code, .digest { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: .85rem; } .digest { color: var(--soft); }
.beside { width: 100%; table-layout: fixed; } .beside td, .beside th { padding: .05rem .4rem; }
.beside .at { width: 7ch; white-space: nowrap; } .beside .mark { width: 3ch; text-align: center; }
.beside td { border-width: 0 1px; } .code { white-space: pre-wrap; unicode-bidi: isolate;
  direction: ltr; overflow: hidden; }
.at { color: var(--soft); text-align: right; } .hit { background: var(--hit); }
.hit.at, .line.hit { box-shadow: inset 4px 0 0 var(--hit-edge); }
.files { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; align-items: start; }
.files > * { min-width: 0; } .line { display: grid; contain: paint;
  grid-template-columns: 5.5ch 2ch 1fr; gap: .25rem; padding-left: 6px; }
.jump { font-size: .85rem; } :target { outline: 3px solid var(--hit-edge); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; } dd { margin: 0; }
@media (max-width: 46rem) { .files { grid-template-columns: 1fr; }
  .beside, .beside tbody, .beside caption { display: block; width: auto; }
  .beside thead { position: absolute; left: -999rem; } .beside tr { display: grid;
    grid-template-columns: 5.5ch minmax(0, 1fr); border-bottom: 1px solid var(--line); }
  .beside td, .beside td.at { border: 0; width: auto; }
  .beside td.mark { grid-column: 1; width: auto; text-align: right; }
  .beside td.mark + td.at { grid-column: 1; } .beside td.mark:empty { display: none; }
  .beside td:empty:not(.at) { min-height: 1.2rem; }
  .beside tr:first-child td[data-side]::before { content: attr(data-side); display: block;
    color: var(--soft); font: .75rem system-ui, sans-serif; }
  dl { grid-template-columns: 1fr; } dd { margin: 0 0 .5rem; } }
@media print { .skip { display: none; } .hit { border-left: 2px solid #000; } }
"""


def text(value: object) -> str:
    """A text for a page: cleaned, escaped, and in a direction of its own."""
    return f"<bdi>{bare(value)}</bdi>"


def path(value: object) -> str:
    """A path for a page: whatever script its names are in, its parts stay in their order."""
    return f'<bdi dir="ltr">{bare(value)}</bdi>'


def who(person: Person, page_of: str = "") -> str:
    """Whose a work is, the id and the name each in its own direction; a link where there is one."""
    told = " ".join(text(each) for each in (person.label, person.name) if each)
    return f'<a href="{bare(page_of)}">{told}</a>' if page_of else told


def bare(value: object) -> str:
    """A text for an attribute or a line of code: cleaned and escaped."""
    return escape(clean(str(value)), quote=True)


def link(target: str, label: str) -> str:
    """A link to a place that we named ourselves."""
    return f'<a href="{bare(target)}">{text(label)}</a>'


def table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already; the first of each row heads it."""
    heads = "".join(f'<th scope="col">{text(each)}</th>' for each in headers)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:])
        + "</tr>\n"
        for row in rows
    )  # fmt: skip
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{bare(caption)}"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{body}</tbody></table></div>\n"
    )


def page(evidence: Evidence, title: str, body: Iterable[str], up: str = "") -> bytes:
    """A whole page; `up` leads back to the page that this one belongs to."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    back = f"<nav>{link(up, 'to the overview')}</nav>" if up else ""
    return "".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="referrer" content="no-referrer">\n',
            '<meta name="robots" content="noindex">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{bare(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
            '<a class="skip" href="#main">to the content</a>\n',
            f'{back}\n<main id="main">\n<h1>{text(title)}</h1>\n',
            f'<p class="note">{text(NO_VERDICT)}</p>\n',
            f'<p class="note">{text(FOR_STUDENT)}</p>\n' if evidence.for_whom == "student" else "",
            *body,
            f"</main>\n{_footer(evidence)}</body>\n</html>\n",
        )
    ).encode("utf-8", "backslashreplace")


def _footer(evidence: Evidence) -> str:
    rules = "".join(f"<dt>{text(k)}</dt><dd>{text(value)}</dd>" for k, value in evidence.rules)
    return (
        f"<footer>\n<h2>How this was made</h2>\n<p>Run {evidence.run} of "
        f"{text(evidence.inspected_at)}; told {text(evidence.told_at)} by grade "
        f"{text(evidence.tool)}.</p>\n<details><summary>What was looked at, and from where on it "
        f"stands out</summary><dl>{rules}</dl></details>\n</footer>\n"
    )
