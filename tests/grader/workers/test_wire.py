from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.outcomes import Checked, Counted, OwnScore, Scored
from grader.records import Owner, Submission
from grader.workers.records import Setup, Task, Told, adapter, as_line, read_setup, read_task
from grader.workers.wire import Incoming, TooLongError, packed
from validators.findings import Finding, Place, Severity
from validators.report import Fault

MESSAGES = st.lists(st.tuples(st.binary(max_size=50), st.binary(max_size=50)), max_size=5)


@given(MESSAGES, st.integers(1, 40))
def test_messages_come_whole_however_the_pipe_cuts_them(
    messages: list[tuple[bytes, bytes]], step: int
) -> None:
    data = b"".join(packed(*message) for message in messages)
    incoming, found = Incoming(), []
    for start in range(0, len(data), step):
        incoming.add(data[start : start + step])
        while (message := incoming.message()) is not None:
            found.append(tuple(message))
    assert found == messages


def test_a_message_is_too_long_before_it_has_come() -> None:
    incoming = Incoming(most=10)
    incoming.add(packed(b"x" * 5, b"y" * 5))
    assert incoming.message() == (b"xxxxx", b"yyyyy")
    incoming.add(packed(b"x" * 6, b"y" * 5)[:16])
    with pytest.raises(TooLongError):
        incoming.message()


@given(st.text(), st.text())
def test_a_task_is_one_line_and_comes_back(key: str, name: str) -> None:
    import json

    task = Task(key, Submission(name, "zip", (name,), owner=Owner(name=name)), ("score", "check"))
    line = as_line(task)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert read_task(json.loads(line)) == task


@pytest.mark.parametrize("answers", [None, Path("/a b/ö\udcff.csv")])
def test_a_setup_comes_back(answers: Path | None) -> None:
    setup = Setup(Path("/x"), Path("/y"), '{"a": "ö\\n"}', answers, 1, 2, 3, "a:b")
    assert read_setup(as_line(setup)) == setup


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=5), PLAIN, max_size=3), st.text(max_size=9))
def test_findings_and_faults_come_back_as_they_were(evidence: dict[str, object], text: str) -> None:
    place = Place(text, 3, text)
    found = Finding("a.b", Severity.WARNS, place, text, text, tuple(evidence.items()))  # type: ignore[arg-type]
    fault = Fault("fault.a", text, text)
    scores = (OwnScore(text, text, 2, 1 / 3, 0.1, 1.0, text, 1e-300, None, 0.2),)
    told = Told(
        Checked((found,), (Counted("strict", 1, 2),), (fault,)), Scored(scores, (fault,)), text
    )
    back = adapter(Told).validate_json(adapter(Told).dump_json(told))
    assert repr(back) == repr(told)
