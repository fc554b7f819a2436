"""The clean room from outside: whatever the folder holds, there is a stated outcome."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable

import pytest

from grader.rerun.clean_room import asking
from grader.rerun.clean_room.asking import prove
from grader.rerun.clean_room.program import NOT_INSTALLED, answer
from grader.rerun.clean_room.records import Made, Places, Proof, ProofRequest, Question
from grader.rerun.records import Settings
from grader.sandbox.isolation import no_isolation
from grader.sandbox.records import Limits, Result, Stream
from grader.sandbox.trouble import SandboxFault
from grader.store.codec import encode
from tests.grader.rerun.clean_room.small import SIZES, ask, bills, course, pruned, write_texts
from tests.rerun_course import tiny
from validators.rules import load_rules
from validators.rules.model import ListedArchitecture, ListedTensor, ModelRules

LIMITS = Limits(wall_seconds=100, memory_mb=4096)
ENDED = Result(
    0, None, None, 1.5, 1.0, 1 << 20, 100, Stream(), Stream("broke\nat last"), (), (), ()
)  # fmt: skip
MADE = Made(Settings(20), ("model.safetensors",), "as stored", ("a \x1b", None), 1, 1)


def rules_of(architecture: Any = SIZES) -> ModelRules:
    rules = load_rules().model
    assert rules is not None
    return rules.model_copy(update={"architecture": architecture})


def request(folder: Path) -> ProofRequest:
    return ProofRequest(folder, rules_of(), folder, folder, ("a bill",), ("a text",))


@pytest.fixture
def stood_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts a result, and an answer if there is one, in the place of a real run."""

    def put(result: Any, told: str = "") -> None:
        def run(program: Any, output: Path, isolation: Any) -> Any:
            if isinstance(result, Exception):
                raise result
            output.mkdir()
            if told:
                (output / "answer.json").write_text(told, encoding="ascii")
            return result

        monkeypatch.setattr("grader.sandbox.running.run", run)

    return put


@pytest.mark.parametrize(
    ("result", "told", "expected"),
    [
        (ENDED, encode(Proof(MADE, MADE)), Proof(MADE, MADE, wall_seconds=1.5)),
        (
            replace(ENDED, exit_code=None, signal=9, limit="memory"),
            "",
            Proof(why="it took more than it may: 4,096 MB", wall_seconds=1.5),
        ),
        (
            replace(ENDED, exit_code=None, signal=9, limit="wall seconds"),
            "",
            Proof(why="it took more than it may: 100 seconds", wall_seconds=1.5),
        ),
        (
            replace(ENDED, exit_code=1),
            "",
            Proof(fault="the clean room ended early: at last", wall_seconds=1.5),
        ),
        (
            replace(ENDED, exit_code=None, signal=11, stderr=Stream()),
            "",
            Proof(fault="the clean room ended early: signal 11", wall_seconds=1.5),
        ),
        (
            SandboxFault("no walls", "Build some."),
            "",
            Proof(fault="no walls", remedy="Build some."),
        ),
    ],
)
def test_every_end_of_the_process_is_a_stated_outcome(
    result: Any, told: str, expected: Proof, stood_in: Callable[..., None], tmp_path: Path
) -> None:
    stood_in(result, told)
    assert prove(request(tmp_path), no_isolation(), LIMITS) == expected


@pytest.mark.parametrize("told", ["", "[]", "{", '{"agreed": 3}', '{"tried": [1]}'])
def test_an_answer_that_is_none_is_our_fault(
    told: str, stood_in: Callable[..., None], tmp_path: Path
) -> None:
    stood_in(ENDED, told)
    found = prove(request(tmp_path), no_isolation(), LIMITS)
    assert found.fault.startswith("the clean room")
    assert (found.agreed, found.why) == (None, "")


def test_other_families_and_unequal_rows(tmp_path: Path) -> None:
    tensor = ListedTensor(name="w", shape=(1,), group="all")
    listed = ListedArchitecture(family="listed", tensors=(tensor,))
    asked = replace(request(tmp_path), rules=rules_of(listed))
    assert prove(asked, no_isolation(), LIMITS).why.startswith("only models of the T5 family")
    with pytest.raises(ValueError, match="for every bill"):
        prove(replace(asked, submitted=()), no_isolation(), LIMITS)


def test_without_torch_it_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    question = Question(SIZES.model_dump_json(), ("a",), ("b",), None, False, 1, 9.0)
    found = answer(question, Places(tmp_path, tmp_path, tmp_path), 0.0)
    assert found.why.startswith(NOT_INSTALLED)
    assert "[torch]" in found.remedy


def test_the_process_sees_what_it_needs_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWER_KEY", "secret")
    program = asking._program(request(tmp_path), tmp_path, LIMITS)
    targets = {mount.target for mount in program.mounts}
    assert targets == {"/ours/grader", "/ours/validators", "/asked", "/tokenizer", "/released"}
    assert program.accepts == ("answer.json",)
    assert "ANSWER_KEY" not in dict(program.environment)


@pytest.mark.torch
def test_a_process_of_its_own_proves_the_same(tmp_path: Path) -> None:
    released = course(tmp_path / "course")
    model = tiny.released_model()
    model.save_pretrained(tmp_path / "model")
    texts = write_texts(model, released, max_length=20)
    asked = ProofRequest(
        tmp_path / "model", rules_of(), released, released, bills(), tuple(texts), Settings(20)
    )
    proof = prove(asked, no_isolation(), LIMITS)
    assert proof.agreed is not None, proof
    assert list(proof.agreed.texts) == texts
    assert proof.wall_seconds > 0
    assert replace(proof, wall_seconds=0) == ask(tmp_path / "model", released, texts, Settings(20))


@pytest.mark.torch
def test_the_released_model_is_asked_where_the_weights_do_not_give_the_texts(
    tmp_path: Path,
) -> None:
    released = course(tmp_path / "course")
    model = tiny.released_model()
    model.save_pretrained(released)
    pruned().save_pretrained(tmp_path / "model")
    texts = write_texts(model, released, max_length=20)
    asked = ProofRequest(
        tmp_path / "model", rules_of(), released, released, bills(), tuple(texts), and_released=True
    )
    found = prove(asked, no_isolation(), LIMITS)
    assert found.agreed is None
    assert found.released is not None
    assert found.released.agreed is not None
    assert list(found.released.agreed.texts) == texts
    own = prove(replace(asked, model=released), no_isolation(), LIMITS)
    assert own.agreed is not None
    assert own.released is None
