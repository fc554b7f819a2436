"""Small programs that each try one bad thing: none succeeds inside, every one succeeds outside."""

from __future__ import annotations

import errno
import functools
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.sandbox.attacks.records import Attack
from tests.sandbox.attacks.table import ATTACKS, BY_NAME
from tests.sandbox.attacks.trying import Tried, inside, outside
from tests.sandbox.starting import Identity, halves, identities, identity

pytestmark = pytest.mark.once

AT_ONCE = 4
PLAINLY = "plainly"
NAMES = [attack.name for attack in ATTACKS]
Key = tuple[str, str]


def _try(key: Key) -> Tried:
    try:
        return _once(key)
    except OSError as trouble:
        # A kernel short of memory tells so when it can't start a program: once in thousands.
        if trouble.errno != errno.EFAULT:
            raise
        return _once(key)


def _once(key: Key) -> Tried:
    attack, who = BY_NAME[key[0]], key[1]
    if who == PLAINLY:
        return outside(attack, identity(identities()[0]))
    return inside(attack, identity(who))


@pytest.fixture(scope="module")
def tried(request: pytest.FixtureRequest) -> Iterator[dict[Key, Future[Tried]]]:
    """What came of each attack that this run of the tests has chosen, several at a time."""
    keys: list[Key] = []
    for item in request.session.items:
        chosen = getattr(getattr(item, "callspec", None), "params", {})
        if item.fspath == request.node.fspath and "name" in chosen:
            keys.append((chosen["name"], chosen.get("who", PLAINLY)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {key: pool.submit(_try, key) for key in dict.fromkeys(keys) if not _left_out(key)}


def _left_out(key: Key) -> str:
    """Why an attack can't be tried by somebody here; empty when it can."""
    attack, who = BY_NAME[key[0]], key[1]
    owner = identity(identities()[0] if who == PLAINLY else who)
    if "kernel" in attack.needs and not _has_kernel(owner):
        return f"{owner.python} has no notebook kernel; the other half tries this"
    if who == PLAINLY and attack.control == "root" and os.geteuid() != 0:
        return "only root can do this outside; the half that runs as root shows it"
    return ""


@functools.cache
def _has_kernel(owner: Identity) -> bool:
    words = [owner.python, "-c", "import ipykernel, nbclient"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _tried(tried: dict[Key, Future[Tried]], key: Key) -> tuple[Attack, Tried]:
    why = _left_out(key)
    if why:
        pytest.skip(why)
    return BY_NAME[key[0]], tried[key].result()


@pytest.mark.parametrize("who", halves())
@pytest.mark.parametrize("name", NAMES)
def test_it_does_not_get_through(name: str, who: str, tried: dict[Key, Future[Tried]]) -> None:
    attack, got = _tried(tried, (name, who))
    record = got.outcome.result
    assert record is not None, f"the sandbox did not run it: {got.outcome.shown!r}"
    assert got.alive, f"no sign of life, so nothing was tried: {record}"
    held = f"{attack.layer}; in force: {', '.join(record['layers'])}"
    assert not got.evidence, f"{attack.tries}: {got.evidence}. Should have held: {held}"
    assert got.outcome.survived, "the tool itself failed"
    assert not got.outcome.leftovers, "something of it lives on"


@pytest.mark.parametrize("name", NAMES)
def test_it_does_succeed_outside(name: str, tried: dict[Key, Future[Tried]]) -> None:
    """The same program, without a sandbox: else the test above would pass by accident."""
    attack, got = _tried(tried, (name, PLAINLY))
    assert got.alive, got.outcome
    if got.absent and not got.evidence:
        pytest.skip(f"this machine has no way to {attack.tries} ({got.absent}): the kernel held")
    assert got.evidence, f"{attack.tries}: {got.outcome}"


def test_there_are_enough_and_no_two_of_one_name() -> None:
    assert len(BY_NAME) == len(ATTACKS) >= 60
    assert all(attack.tries and attack.layer for attack in ATTACKS)


LIMITS = {
    "heap": "memory",
    "mapping": "memory",
    "many-small": "memory",
    "fork-tree": "processes",
    "disk-output": "disk",
    "files-many": "files",
    "deaf-sleep": "wall seconds",
    "stops-itself": "wall seconds",
    "busy": "wall seconds",
}


@pytest.mark.parametrize("who", halves())
@pytest.mark.parametrize("name", sorted(LIMITS))
def test_the_record_names_the_limit(name: str, who: str, tried: dict[Key, Future[Tried]]) -> None:
    record = _tried(tried, (name, who))[1].outcome.result
    assert record is not None
    assert record["limit"] == LIMITS[name]
