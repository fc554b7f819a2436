"""Code that means nothing: functions of made-up statements, different each time."""

from __future__ import annotations

import random

_VERBS = ("load", "save", "cut", "fold", "merge", "scan", "pick", "sort", "rank", "drop", "keep",
          "trace", "clamp", "scale", "shift", "split")  # fmt: skip
_THINGS = ("mask", "layer", "block", "head", "score", "batch", "label", "token", "table", "state",
           "epoch", "ratio", "limit", "graph")  # fmt: skip
_LIBRARIES = ("torch", "numpy", "os", "json", "random", "math", "pandas", "evaluate")
_FORMS = (
    "{a} = {lib}.{api}({b}, {key}={n})",
    "{a} = [{lib}.{api}({b}) for {b} in {c}]",
    "for {a}, {b} in enumerate({c}.{api}()):\n        {b}.{api2}({a}, {key}={n})",
    "if {a} is not None and {b}.{api}:\n        {c} = {lib}.{api2}({b})",
    "with {lib}.{api}({a}) as {b}:\n        {b}.{api2}({c})",
    "print({a}, {b}.{api}({n}))",
    "{a}.{api}[{b}] = {c}.{api2} * {n} + {lib}.{api3}",
    "while {a} < {b}.{api}():\n        {a} += {lib}.{api2}({c}, {key}={n})",
    "try:\n        {a} = {b}.{api}({key}={c})\n    except ValueError:\n        {a} = {lib}.{api2}",
)


def made_up_function(draw: random.Random) -> str:
    """A function that hardly anybody else has."""

    def api() -> str:
        return f"{draw.choice(_VERBS)}_{draw.choice(_THINGS)}"

    names = [f"{draw.choice(_THINGS)}{draw.randrange(30)}" for _ in range(5)]
    lines = [f"def {api()}_{draw.randrange(10_000)}({', '.join(names[:2])}):"]
    for _ in range(draw.randrange(4, 14)):
        a, b, c = draw.sample(names, 3)
        lines.append("    " + draw.choice(_FORMS).format(
            a=a, b=b, c=c, lib=draw.choice(_LIBRARIES), api=api(), api2=api(), api3=api(),
            key=draw.choice(_THINGS), n=draw.randrange(100),
        ))  # fmt: skip
    return "\n".join((*lines, f"    return {names[0]}", ""))
