"""Pickles are read as the interpreter would run them, and nothing is run."""

from __future__ import annotations

import collections
import pickle
import pickletools
import struct
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.torch_writer import SYSTEM_CALL, dumps
from validators.pickles import (
    Call,
    Global,
    PersistentId,
    PickledDict,
    PickledSet,
    PickleTrouble,
    read_pickle,
)
from validators.pickles.actions import ACTIONS
from validators.pickles.literals import LITERALS

PROTOCOLS = st.integers(0, pickle.HIGHEST_PROTOCOL)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**400), 2**400)
    | st.floats(allow_nan=False)
    | st.text()
    | st.text(st.characters(min_codepoint=0, max_codepoint=255))
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(), inner)
        | st.sets(st.integers())
        | st.frozensets(st.text())
    ),
    max_leaves=30,
)


def shown(data: bytes) -> str:
    """The pickle, or what is said of it."""
    try:
        return repr(read_pickle(data))
    except PickleTrouble as trouble:
        return str(trouble)


def plain(value: Any) -> Any:
    """The value with our records turned into what they stand for."""
    if isinstance(value, PickledDict):
        return {plain(key): plain(item) for key, item in value.pairs}
    if isinstance(value, PickledSet):
        return {plain(item) for item in value.members}
    if isinstance(value, (list, tuple)):
        return type(value)(plain(item) for item in value)
    if isinstance(value, Call) and isinstance(value.function, Global):
        kinds = {"set": set, "frozenset": frozenset}
        return kinds[value.function.name](plain(value.arguments[0]))
    return value


@given(VALUES, PROTOCOLS)
@settings(max_examples=300, deadline=None)
def test_plain_values_are_read_as_pickle_writes_them(value: Any, protocol: int) -> None:
    data = pickle.dumps(value, protocol)
    found = read_pickle(data + b"what follows is not read")
    assert plain(found.value) == value
    assert found.end == len(data)
    assert {name.module for name in found.globals} <= {"builtins"}


@given(VALUES, PROTOCOLS, st.data())
@settings(max_examples=300, deadline=None)
def test_damage_is_a_trouble_or_another_value(value: Any, protocol: int, data: Any) -> None:
    damaged = bytearray(pickle.dumps(value, protocol))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    assert shown(bytes(damaged[: cut or None])).isprintable()


def test_every_operation_of_every_protocol_is_known() -> None:
    known = {*LITERALS, *ACTIONS, ord(".")}
    assert known == {ord(operation.code) for operation in pickletools.opcodes}
    assert not set(LITERALS) & set(ACTIONS)


class Thing:
    """Something with a state."""

    def __init__(self) -> None:
        self.size = 3


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_objects_become_calls_with_their_state(protocol: int) -> None:
    found = read_pickle(pickle.dumps(Thing(), protocol))
    assert isinstance(found.value, Call)
    assert isinstance(found.value.state, PickledDict)
    assert found.value.state.pairs == [("size", 3)]
    assert Global(__name__, "Thing") in found.globals


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_dictionary_classes_keep_what_is_put_into_them(protocol: int) -> None:
    value = collections.OrderedDict(a=1, b=2)
    found = read_pickle(pickle.dumps(value, protocol))
    assert isinstance(found.value, Call)
    assert found.value.function == Global("collections", "OrderedDict")
    assert found.value.pairs == [("a", 1), ("b", 2)]


def test_a_call_is_written_down_and_not_made() -> None:
    found = read_pickle(dumps({"a": SYSTEM_CALL}))
    assert [str(name) for name in found.globals] == ["posix.system"]


def test_what_was_asked_for_before_the_trouble_is_kept() -> None:
    with pytest.raises(PickleTrouble) as caught:
        read_pickle(dumps(SYSTEM_CALL)[:-1] + b"\xff")
    assert [str(name) for name in caught.value.globals] == ["posix.system"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93.", "os.system"),
        (b"c__builtin__\neval\n.", "builtins.eval"),
        (b"(S'true'\nios\nsystem\n.", "os.system"),
        (b"\x80\x02\x82\x07.", "copyreg.extension 7"),
        (b"(cos\nsystem\nX\x04\0\0\0trueo.", "os.system"),
        (b"cos\nsystem\n)\x81.", "os.system"),
        (b"cos\nsystem\n)}\x92.", "os.system"),
    ],
)
def test_every_way_to_ask_for_a_name_is_seen(data: bytes, name: str) -> None:
    assert [str(asked) for asked in read_pickle(data).globals] == [name]


def test_references_to_the_outside_are_listed() -> None:
    found = read_pickle(dumps([PersistentId(("storage", "0")), PersistentId("1")]) + b"Pold\n.")
    assert [reference.value for reference in found.persistent] == [("storage", "0"), "1"]
    assert [reference.value for reference in read_pickle(b"Pold\n.").persistent] == ["old"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "ends before its last operation"),
        (b"K", "ends before its last operation"),
        (b"X\xff\xff\xff\xff", "ends in the middle of a value"),
        (b".", "takes more from its stack"),
        (b"(.", "takes more from its stack"),
        (b"(N0.", "takes more from its stack"),
        (b"t.", "a mark that it never set"),
        (b"h\x05.", "a value that it never stored"),
        (b"\xff", "0xff is no operation"),
        (b"\x80\x09.", "protocol 9"),
        (b"I1x\n.", "not a number"),
        (b"I" + b"9" * 5000 + b"\n.", "does not end within"),
        (b"L" + b"9" * 5000 + b"L\n.", "does not end within"),
        (b"\x8b\xff\xff\xff\x7f.", "claims 2,147,483,647 bytes"),
        (b"\x8b\xff\xff\xff\xff.", "claims -1 bytes"),
        (b"Fabc\n.", "not a number"),
        (b"Sabc\n.", "not in quotes"),
        (b"T\xff\xff\xff\xff.", "negative length"),
        (b"X\x01\0\0\0\xff.", "not UTF-8"),
        (b"V\\u12\n.", "not in its encoding"),
        (b"NNR.", "arguments that are no tuple"),
        (b"NN\x93.", "a name that is no text"),
        (b"(o.", "an object of no class"),
        (b"N}b.", "attributes of something"),
        (b"NNa.", "no list and no set"),
        (b"NNNs.", "no dictionary"),
        (b"}(Nu.", "a key without a value"),
        (b"\x97.", "a buffer from outside"),
        (b"\x95" + struct.pack("<Q", 2**60) + b".", "in the middle of a frame"),
        (b"c" + b"m" * 600 + b"\n" + b"n" * 600 + b"\n.", "over 1,000 characters"),
    ],
)
def test_what_is_no_pickle_is_said_in_words(data: bytes, reason: str) -> None:
    with pytest.raises(PickleTrouble, match=reason):
        read_pickle(data)


HALF = 249_990
HOSTILE = {
    "half a million dictionaries": b"}" * 2 * HALF + b".",
    "tuples in tuples": b"N" + b"\x85" * 2 * HALF + b".",
    "tuples that double": b"N" + b"2\x86" * HALF + b".",
    "calls of calls": b"cos\nsystem\n" + b")R" * HALF + b".",
    "a list in itself": b"]q\x00" + b"h\x00a" * HALF + b".",
    "a memo without end": b"\x80\x04" + b"}\x94" * HALF + b".",
    "marks without end": b"(" * 2 * HALF + b".",
    "many large numbers": (b"\x8a\xff" + b"\x7f" * 255) * 100_000 + b".",
    "names without end": b"".join(b"ca\n%d\n0" % number for number in range(20_000)) + b".",
    "more operations than any model": b"N0" * 600_000 + b"N.",
    "text without end": (b"X\xff\xff\x0f\x00" + b"a" * 0xFFFFF + b"0") * 20 + b"N.",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pickles_are_soon_done_with(data: bytes) -> None:
    start = time.process_time()
    assert len(shown(data)) < 1_000
    assert time.process_time() - start < 10  # a second here; slow machines get more


def test_a_pickle_is_bounded_in_bytes() -> None:
    with pytest.raises(PickleTrouble, match="at most 67,108,864 are read"):
        read_pickle(bytes(64 * 1024 * 1024 + 1))
