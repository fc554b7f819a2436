"""The tables of `grade.db`, as the scripts that make them one after the other.

Never change a script that was once released: add the next one. What is written for good (runs,
their states, publications, decisions) is guarded by triggers, so that not even a slip of ours, or
of somebody who looks into the file with another program, changes it unnoticed.
"""

from __future__ import annotations

APPLICATION_ID = 0x67726465
"""Tells our databases from those of other programs ("grde")."""

_FIRST = """
CREATE TABLE results (
  stage   TEXT NOT NULL,
  key     TEXT NOT NULL,
  subject TEXT NOT NULL,
  shape   TEXT NOT NULL,
  body    TEXT NOT NULL,
  blob    BLOB NOT NULL,
  PRIMARY KEY (stage, key)
);
CREATE TABLE decisions (
  number   INTEGER PRIMARY KEY,
  body     TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash     TEXT NOT NULL
);
CREATE TABLE runs (
  number        INTEGER PRIMARY KEY,
  at            TEXT NOT NULL,
  command       TEXT NOT NULL,
  plan          TEXT NOT NULL,
  journal_count INTEGER NOT NULL,
  journal_hash  TEXT NOT NULL
);
CREATE TABLE states (
  run           INTEGER PRIMARY KEY REFERENCES runs (number),
  journal_count INTEGER NOT NULL,
  journal_hash  TEXT NOT NULL,
  state         TEXT NOT NULL
);
CREATE TABLE publications (
  number        INTEGER PRIMARY KEY,
  run           INTEGER NOT NULL REFERENCES states (run),
  at            TEXT NOT NULL,
  who           TEXT NOT NULL,
  why           TEXT NOT NULL,
  journal_count INTEGER NOT NULL,
  journal_hash  TEXT NOT NULL
);
CREATE TRIGGER decisions_in_a_chain BEFORE INSERT ON decisions
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM decisions)
  OR NEW.previous <> coalesce((SELECT hash FROM decisions ORDER BY number DESC LIMIT 1),
                              printf('%064d', 0))
BEGIN SELECT raise(ABORT, 'a decision must follow the last one'); END;
CREATE TRIGGER runs_in_order BEFORE INSERT ON runs
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM runs)
BEGIN SELECT raise(ABORT, 'a run must follow the last one'); END;
CREATE TRIGGER publications_in_order BEFORE INSERT ON publications
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM publications)
BEGIN SELECT raise(ABORT, 'a publication must follow the last one'); END;
CREATE TRIGGER states_once BEFORE INSERT ON states
WHEN EXISTS (SELECT 1 FROM states WHERE run = NEW.run)
BEGIN SELECT raise(ABORT, 'the run has a state already'); END;
"""

LASTING = ("decisions", "runs", "states", "publications")
"""The tables whose rows are written for good."""


def _guards(table: str) -> str:
    return "".join(
        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}\n"
        f"BEGIN SELECT raise(ABORT, '{table} are written for good'); END;\n"
        for action in ("UPDATE", "DELETE")
    )


MIGRATIONS = (_FIRST + "".join(map(_guards, LASTING)),)
"""From nothing to the present schema; script number n leads to version n."""
