"""What is run of a submission: found by rules in a stated order, and a question where they end.

The order: the TA's answer; `rerun.toml`; a `predict.py` that takes the arguments of the student
template; the one command of the README that predicts; the one program that writes a CSV; the one
notebook. Nothing of the submission is run or imported to find it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Optional, Union

from grader.rerun.code_facts import Facts
from grader.rerun.command_words import Line, entry, find, same, shown
from grader.rerun.contract import OPTIONS, read_contract, template_entry
from grader.rerun.package_code import Package
from grader.rerun.readme_commands import Said, commands
from grader.rerun.records import Entry, Unclear
from validators.display import clean, quoted
from validators.package.leftovers import is_leftover
from validators.package.workspace import Entry as File
from validators.package.workspace import Workspace

MAX_CANDIDATES = 12
"""How many possible answers a question names."""

_SHELL_BYTES = 64 << 10
_TRAINS = re.compile(
    r"train|finetun|fine_tun|prun|prepar|preprocess|download|setup|install|requirement|util|config"
    r"|plot|metric|rouge|eval|score|data(set|loader)?s?[._]|訓練|训练|剪枝"
)
_PREDICTS = re.compile(
    r"predict|generat|infer|submi|test|csv|output|main|(?<!p)run|demo|預測|预测|產生|生成"
)


def entry_of(
    root: Path, files: Sequence[str], readme: str, answer: Optional[Entry]
) -> Union[Entry, Unclear]:
    """What is run, and by which rule that was found; or what has to be asked.

    `files` are the paths of the package, `readme` its README's text, `answer` what the TA wrote.
    """
    package = Package(root, tuple(sorted(path for path in files if not is_leftover(path))))
    if answer is not None:
        return _with_outputs(package, answer)
    contract = read_contract(root, files).contract
    if contract is not None and contract.entry is not None:
        return _with_outputs(package, contract.entry)
    said = _said(package, readme)
    found = _by_template(package, said) or _by_readme(package, said) or _by_code(package)
    return _with_outputs(package, found) if isinstance(found, Entry) else found


def _said(package: Package, readme: str) -> tuple[Said, ...]:
    """The README's commands; where it names none, those of the package's one shell script."""
    found = commands(readme, package.files)
    scripts = [path for path in package.files if path.lower().endswith(".sh")]
    if found or len(scripts) != 1:
        return found
    try:
        data = Workspace("", package.root).read(File(scripts[0], 0), _SHELL_BYTES)
    except (OSError, ValueError):
        return ()
    return commands(f"```\n{data.decode('utf-8', 'replace')}\n```", package.files)


def _by_template(package: Package, said: tuple[Said, ...]) -> Union[Entry, Unclear, None]:
    fitting = [
        facts.path
        for facts in package.facts.values()
        if same(facts.path.rpartition("/")[2]) == "predict.py" and facts.options >= OPTIONS
    ]
    top = [path for path in fitting if "/" not in path] or fitting
    if not top:
        return None
    entries = [template_entry(path) for path in top]
    others = [one for one in _predicting(package, said) if one.path not in top]
    # Only a guess where the README says to predict with something else.
    contradicted = others and not any(one.path in top for one in said)
    if len(top) == 1 and not contradicted:
        return entries[0]
    asks = f"{len(top)} files called predict.py take the template's arguments. Which is run?"
    if contradicted:
        told = quoted(shown(_entry(others[0])), 80)
        asks = f"predict.py takes the template's arguments, but the README names {told}. Which?"
    return _unclear(package, asks, [*entries, *map(_entry, others)])


def _by_readme(package: Package, said: tuple[Said, ...]) -> Union[Entry, Unclear, None]:
    predicting = _predicting(package, said)
    if not predicting or _only_trains(package, predicting):
        return None
    entries = [_entry(one) for one in predicting]
    if len(predicting) > 1:
        asks = f"the README names {len(predicting)} commands that may predict. Which is run?"
        return _unclear(package, asks, entries)
    vague = predicting[0].line.vague
    if vague:
        asks = f"the README's command can't be run as it stands: {vague}. What is run?"
        return _unclear(package, asks, [])
    return entries[0]


def _predicting(package: Package, said: tuple[Said, ...]) -> list[Said]:
    """Those of the commands that predict: by what their code does, then by their names."""
    if len(said) < 2:
        return list(said)
    best = max(_merit(package, one.path) for one in said)
    found = [one for one in said if _merit(package, one.path) == best]
    plain = [one for one in found if not one.line.vague]
    return plain or found


def _only_trains(package: Package, named: Sequence[Said]) -> bool:
    """Whether the README names what trains, by its name, and one other program predicts.

    A program that trains may write a CSV, too, such as a table of attempts.
    """
    if any(any(_merit(package, one.path)) for one in named):
        return False
    return len(_likely(package)) == 1


def _makers(package: Package) -> list[Facts]:
    """The programs that predict and write a CSV, as far as their code shows it."""
    return [
        facts
        for facts in package.programs
        if _writes(package, facts.path) and _predicts(package, facts.path)
    ]


def _likely(package: Package) -> list[Facts]:
    """Those of them that don't train, by their names."""
    return [facts for facts in _makers(package) if any(_merit(package, facts.path))]


def _by_code(package: Package) -> Union[Entry, Unclear]:
    programs = package.programs
    writers = [facts for facts in programs if _writes(package, facts.path)]
    notebooks = [facts for facts in programs if facts.is_notebook]
    for found, rule in (
        (_likely(package), "the one program that predicts and writes a CSV"),
        (_makers(package), "the one program that predicts and writes a CSV"),
        (writers, "the one program that writes a CSV"),
    ):
        if len(found) == 1:
            return _started(package, found[0], rule)
    if not writers and len(notebooks) == 1:
        return _started(package, notebooks[0], "the one notebook")
    if not programs:
        asks = "no program is in the package. What is run?"
        return _unclear(package, asks, [])
    if writers:
        asks = f"{len(writers)} programs write a CSV, and no README or rerun.toml says which"
    else:
        asks = f"none of {len(programs)} programs is seen to write a CSV, and nothing says which"
    return _unclear(package, f"{asks} is run. Which?", [])


def _started(package: Package, facts: Facts, rule: str) -> Entry:
    """The program as it is started where most of the files that it names are."""
    above = facts.path.rpartition("/")[0]
    line = Line((facts.path,) if facts.is_notebook else ("python", facts.path), facts.path)
    if above and not facts.is_notebook and _named(package, facts, "") <= _named(
        package, facts, above
    ):  # fmt: skip
        line = replace(line, folder=above)
    return entry(line, facts.path, rule)


def _named(package: Package, facts: Facts, folder: str) -> int:
    """How many of the texts in the code name a file or folder of the package from there."""
    start = same(f"{folder}/") if folder else ""
    paths = {key[len(start) :] for key in package.by_name if key.startswith(start)}
    tops = {path.partition("/")[0] for path in paths}
    texts = (same(text).replace("\\", "/").rstrip("/") for text in facts.literals)
    texts = (text[2:] if text.startswith("./") else text for text in texts)
    return sum(text in paths or text.partition("/")[0] in tops for text in texts if text)


def _writes(package: Package, path: str) -> bool:
    return any(facts.writes_csv for facts in package.used_by(path))


def _predicts(package: Package, path: str) -> bool:
    return any(facts.predicts for facts in package.used_by(path))


def _merit(package: Package, path: str) -> tuple[bool, bool, bool]:
    """How likely it is that the program predicts: larger is likelier."""
    name = path.rpartition("/")[2].casefold()
    trains = bool(_TRAINS.search(name)) and not _PREDICTS.search(name)
    writes = _writes(package, path)
    return (writes and not trains, bool(_PREDICTS.search(name)) and not trains, not trains)


def _entry(said: Said) -> Entry:
    left_out = "".join(f"; {quoted(word)} is left out" for word in said.line.left_out[:5])
    return entry(said.line, said.path, f"README, line {said.number}{left_out}")


def _unclear(package: Package, asks: str, first: list[Entry]) -> Unclear:
    """The question, with what the rules named first and then the programs by their likeliness."""
    ranked = sorted(
        package.programs,
        key=lambda facts: (
            tuple(not good for good in _merit(package, facts.path)),
            not _predicts(package, facts.path), facts.path.count("/"), facts.path,
        ),
    )  # fmt: skip
    told = {program_of(found, package.files) for found in first}
    rest = [
        _started(package, facts, "a program of the package")
        for facts in ranked[: MAX_CANDIDATES + len(first)]
        if facts.path not in told
    ]
    unread = len(package.code) - len(package.facts)
    if unread:
        asks += f" ({unread:,} code files were not looked at: there are too many.)"
    few = [*first, *rest][:MAX_CANDIDATES]
    return Unclear(clean(asks), tuple(_with_outputs(package, found) for found in few))


def _with_outputs(package: Package, found: Entry) -> Entry:
    """The entry with the CSVs that it is seen to write, and what keeps it from being read."""
    path = program_of(found, package.files)
    used = package.used_by(path) if path else []
    trouble = package.facts[path].trouble if path in package.facts else ""
    found = replace(
        found, found_by=clean(f"{found.found_by}; {trouble}" if trouble else found.found_by)
    )
    if found.outputs or found.kind == "contract" or not all(each.all_named for each in used):
        return found
    typed = [word.rpartition("=")[2] for word in found.command if word.lower().endswith(".csv")]
    names = [name for facts in used for name in facts.csv_names]
    return replace(found, outputs=tuple(dict.fromkeys((*typed, *names))))


def program_of(found: Entry, files: Sequence[str]) -> str:
    """The path of the program or notebook that the entry runs; empty where it isn't there."""
    word = found.command[0] if found.kind == "notebook" else next(
        (word for word in found.command[1:] if word.lower().endswith(".py")), ""
    )  # fmt: skip
    if found.kind != "notebook" and found.command[1:2] == ("-m",):
        word = found.command[2].replace(".", "/") + ".py"
    return find(word, found.folder, {same(path): path for path in files}) if word else ""
