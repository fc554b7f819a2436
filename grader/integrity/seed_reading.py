"""What the code of a package seeds with: its calls, and what the names in them may stand for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence

from grader.integrity.seed_values import Meant, last_name, meant, name_of, text_in

SEED_NAME = re.compile(r"(?:\w*_)?seed|random_state", re.IGNORECASE)
"""What a name of a seed looks like."""

_OPTION = re.compile(r"--?([\w-]+)")
_SEEDERS = frozenset({
    "manual_seed", "manual_seed_all", "set_seed", "seed_everything", "seed_all", "set_random_seed",
    "enable_full_determinism", "seed", "default_rng", "RandomState", "Random", "PRNGKey",
})  # fmt: skip
_ARGUMENTS, _TRAINER, _PARSER = "TrainingArguments", "Trainer", "HfArgumentParser"
_DRAWS = frozenset({"shuffle", "permutation", "permuted", "randperm", "RandomSampler"})
_UNKNOWN = Meant(unknown=True)


class SeedReading:
    """All code of a package: what its names may stand for, and what it seeds with."""

    def __init__(self, settings: Mapping[str, Meant], options: Mapping[str, Meant]) -> None:
        """`settings` and `options` are what settings files and commands say, by name."""
        self._settings = settings
        self._bound: dict[str, Meant] = {}
        self._defaults: dict[str, Meant] = {}
        self._stated = Meant()
        self._functions: dict[str, list[list[str]]] = {}
        self._calls: list[ast.Call] = []
        self._classes: dict[str, set[str]] = {}
        self._aliases: dict[str, str] = {}
        for given in (settings, options):
            for name, said in given.items():
                self._bind(name, said)

    def read(self, trees: Iterable[ast.Module]) -> None:
        """Everything that these do."""
        for tree in trees:
            fields: set[int] = set()
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    fields.update(map(id, self._class(node)))
                elif id(node) not in fields:
                    self._node(node)
        for call in self._calls:
            self._call(call)

    def seeds(self) -> set[int]:
        """The seeds that are used, or none."""
        if self._library_rules() or not self._draws_an_order():
            return set()
        found: set[int] = set()
        waiting, seen = [self._stated], set[str]()
        while waiting:
            said = waiting.pop()
            if said.unknown:
                return set()
            found |= said.values
            for name in sorted(said.names - seen):
                seen.add(name)
                waiting.append(self._meaning(name))
        return found

    def _meaning(self, name: str) -> Meant:
        """All that is bound to the name; what has a setting doesn't keep its default."""
        found = Meant()
        if name not in self._bound and name not in self._defaults:
            return _UNKNOWN
        if name in self._bound:
            found.add(self._bound[name])
        if name in self._defaults and name not in self._settings:
            found.add(self._defaults[name])
        return found

    def _library_rules(self) -> bool:
        """Whether a training library is called without a seed of the package's own."""
        names = [self._called(call) for call in self._calls]
        arguments = [call for call, name in zip(self._calls, names) if name.endswith(_ARGUMENTS)]
        bases = (base for several in self._classes.values() for base in several)
        return (
            _PARSER in names
            or any(base.endswith(_ARGUMENTS) for base in bases)
            or any(all(each.arg != "seed" for each in call.keywords) for call in arguments)
            or (not arguments and any(map(self._trains, names)))
        )

    def _draws_an_order(self) -> bool:
        """Whether rows are shuffled: in a file's own order every seed gives the same batches."""
        for call in self._calls:
            name = self._called(call)
            if name in _DRAWS or name.endswith(_ARGUMENTS):
                return True
            shuffled = [each.value for each in call.keywords if each.arg == "shuffle"]
            if any(getattr(value, "value", True) is not False for value in shuffled):
                return True
        return False

    def _trains(self, name: str) -> bool:
        """Whether that is a library's class that trains, or one made of it."""
        waiting, seen = [name], {name}
        while waiting:
            each = waiting.pop()
            if each not in self._classes and each.endswith(_TRAINER):
                return True
            bases = self._classes.get(each, set()) - seen
            seen |= bases
            waiting += sorted(bases)
        return False

    def _called(self, call: ast.Call) -> str:
        name = last_name(call.func)
        return self._aliases.get(name, name)

    def _node(self, node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            self._calls.append(node)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node.name, node.args)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            self._loop(node.target, node.iter)
        elif isinstance(node, ast.alias):
            self._import(node)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if SEED_NAME.fullmatch(text_in(key)):
                    self._bind(text_in(key), meant(value))
        else:
            self._set(node)

    def _set(self, node: ast.AST) -> None:
        """What an assignment of any kind gives to its names."""
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            if node.value is not None:
                self._assign(node.target, node.value)
        elif isinstance(node, ast.AugAssign):
            self._bind(name_of(node.target), _UNKNOWN)

    def _import(self, node: ast.alias) -> None:
        original = node.name.rpartition(".")[2]
        if node.asname and node.asname != original:
            self._aliases[node.asname] = original
            self._bind(node.asname, Meant(names={original}))

    def _bind(self, name: str, said: Meant) -> None:
        if name:
            self._bound.setdefault(name, Meant()).add(said)

    def _default(self, name: str, said: Meant) -> None:
        if name:
            self._defaults.setdefault(name, Meant()).add(said)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if not isinstance(target, (ast.Tuple, ast.List)):
            self._bind(name_of(target), meant(value))
            return
        several = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        paired = len(several) == len(target.elts)
        for number, each in enumerate(target.elts):
            self._bind(name_of(each), meant(several[number]) if paired else _UNKNOWN)

    def _loop(self, target: ast.expr, values: ast.expr) -> None:
        several = values.elts if isinstance(values, (ast.Tuple, ast.List)) else []
        if isinstance(target, ast.Name) and several:
            for value in several:
                self._bind(target.id, meant(value))
        else:
            for each in ast.walk(target):
                self._bind(name_of(each), _UNKNOWN)

    def _function(self, name: str, given: ast.arguments) -> None:
        plain = [*given.posonlyargs, *given.args]
        names = [each.arg for each in plain]
        self._functions.setdefault(name, []).append(
            names[1:] if names[:1] in (["self"], ["cls"]) else names
        )
        late = plain[len(plain) - len(given.defaults) :]
        for each, default in zip([*late, *given.kwonlyargs], [*given.defaults, *given.kw_defaults]):
            if default is not None:
                self._bind(each.arg, meant(default))

    def _class(self, node: ast.ClassDef) -> list[ast.AnnAssign]:
        """Its bases, what its call takes, and the fields with their defaults, which are given."""
        self._classes.setdefault(node.name, set()).update(map(last_name, node.bases))
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
        for field in fields:
            if field.value is not None:
                self._default(name_of(field.target), meant(field.value))
        own = [each for each in node.body if isinstance(each, ast.FunctionDef)]
        for each in own:
            if each.name == "__init__":
                self._function(node.name, each.args)
        if fields:
            names = [name_of(field.target) for field in fields]
            self._functions.setdefault(node.name, []).append(names)
        return fields

    def _call(self, call: ast.Call) -> None:
        name = self._called(call)
        if name in _SEEDERS and call.args:
            self._stated.add(meant(call.args[0]))
        for each in call.keywords:
            if each.arg is not None and SEED_NAME.fullmatch(each.arg):
                self._stated.add(meant(each.value))
                self._bind(each.arg, meant(each.value))
        for parameters in self._functions.get(name, ()):
            self._passed(call, parameters)
        option = _OPTION.fullmatch(text_in(call.args[0])) if call.args else None
        if option is not None and SEED_NAME.fullmatch(option[1].replace("-", "_")):
            told = [meant(each.value) for each in call.keywords if each.arg == "default"]
            self._default(option[1].replace("-", "_"), told[0] if told else _UNKNOWN)

    def _passed(self, call: ast.Call, parameters: Sequence[str]) -> None:
        """Bind what is passed to a function of the package to its parameters."""
        for parameter, value in zip(parameters, call.args):
            self._bind(parameter, meant(value))
        for each in call.keywords:
            if each.arg in parameters and each.arg is not None:
                self._bind(each.arg, meant(each.value))
        if any(each.arg is None for each in call.keywords):
            for parameter in parameters:
                if parameter not in self._settings:
                    self._bind(parameter, _UNKNOWN)
