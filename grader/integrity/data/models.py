"""Calls that load, save and use models and tokenizers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Callable, Optional

from grader.integrity.data.state import Call, State, everything
from grader.integrity.data.values import (
    GENERATED,
    Site,
    Source,
    Value,
    of_sources,
    some,
    sources_of,
)
from grader.integrity.data.words import LOADED, MAY_BE_RESULT, RESULT, UNKNOWN, says

_NO_WEIGHTS = ("Tokenizer", "TokenizerFast", "Processor", "FeatureExtractor", "Vocab")
_OPTIMIZERS = ("AdamW", "Adam", "SGD", "Adafactor", "RMSprop", "Lion", "Adagrad", "RAdam", "NAdam")
_PRUNING = ("global_unstructured", "l1_unstructured", "ln_structured", "random_unstructured",
            "custom_from_mask")  # fmt: skip


def _from_pretrained(state: State, call: Call) -> Optional[Value]:
    """A model, a tokenizer or a configuration by its name."""
    wanted = call.argument(0, "pretrained_model_name_or_path", "pretrained_model_name", "name")
    owner = _owner(call.function)
    what = "configuration" if _is_one_of(owner, ("Config",)) else "tokenizer"
    if what == "configuration" or _is_one_of(owner, _NO_WEIGHTS):
        for name in _names(wanted):
            state.observe(what, name, call.site, says(LOADED))
        return Value(made=what)
    return Value(sources=_loaded(state, wanted, call), made="model")


def _is_one_of(owner: str, kinds: Sequence[str]) -> bool:
    return any(owner.endswith(each) or f"{each}." in owner for each in kinds)


def _owner(function: Value) -> str:
    """The class of which it is a method."""
    base = function.receiver
    if base is not None and base.class_ is not None:
        return (base.class_.library_bases or (base.class_.name,))[-1]
    return function.api.rpartition(".")[0].rpartition(".")[2] or "model"


def _names(wanted: Optional[Value]) -> tuple[str, ...]:
    return (wanted.texts if wanted is not None else ()) or ("?",)


def _loaded(state: State, wanted: Optional[Value], call: Call) -> frozenset[Source]:
    """The models that a name means: those written there by the package, or the named one."""
    names = wanted.texts if wanted is not None else ()
    brought = [each for each in sources_of(wanted) if each.kind in ("model", "url")]
    found: set[Source] = {replace(each, kind="model") for each in brought}
    for name in names if not brought else ():
        state.observe("model", name, call.site, says(LOADED))
        written = state.written(name)
        if written is None:
            found.add(Source("model", name, call.site, sure=len(names) == 1))
        else:
            found |= {
                replace(each, kind="model") for each in written if each.kind in ("model", "url")
            }
    if not names and not brought:
        state.observe("model", "?", call.site, says(UNKNOWN))
        found.add(Source("model", "?", call.site))
    return frozenset(found)


def _pipeline(state: State, call: Call) -> Optional[Value]:
    """`pipeline`: a model by its name, or one that is there already."""
    given = call.argument(1, "model")
    if given is None:
        task = call.argument(0, "task")
        name = f"the usual model of pipeline {task.text if task is not None and task.text else '?'}"
        state.observe("model", name, call.site, says(LOADED))
        return Value(sources=frozenset({Source("model", name, call.site)}), made="pipeline")
    if given.made == "model" or (sources_of(given) and not given.texts):
        return Value(sources=sources_of(given), made="pipeline")
    return Value(sources=_loaded(state, given, call), made="pipeline")


def _by_name(state: State, call: Call) -> Optional[Value]:
    """A class that loads by name when it is made, such as `SentenceTransformer`."""
    return Value(sources=_loaded(state, call.argument(0, "model_name_or_path"), call), made="model")


def generated(state: State, call: Call) -> Optional[Value]:
    """What a model writes about rows: texts of its own, whatever it was shown."""
    made = (each if each.kind == "model" else replace(each, column=GENERATED)
            for each in everything(call))  # fmt: skip
    return of_sources(made)


def _saved(state: State, call: Call) -> Optional[Value]:
    """`save_pretrained`, `save_model`, `push_to_hub`."""
    owner = call.function.receiver
    if owner is None:
        return None
    model = owner.part("model") or owner
    found = frozenset(each for each in sources_of(model) if each.kind == "model")
    target = call.argument(0, "save_directory", "output_dir", "repo_id")
    for path in target.texts if target is not None else ():
        state.write(path, found)
        if "prun" in path.lower() or "compress" in path.lower():
            result_of(state, found, call.site)
    return Value()


def result_of(state: State, sources: frozenset[Source], site: Site) -> None:
    """A model is trained, pruned or saved as what is handed in."""
    for each in sorted(sources, key=lambda each: (each.name, each.site)):
        if each.kind == "model":
            sure = each.sure and not state.doubt
            verb = RESULT if sure else MAY_BE_RESULT
            state.observe("model", each.name, site, says(verb, each.site))


def _optimizer(state: State, call: Call) -> Optional[Value]:
    """An optimizer: the model of these parameters is the one that is trained."""
    result_of(state, some(s for value in call.values for s in sources_of(value)), call.site)
    return Value(made=call.function.api or "optimizer")


def _pruned(state: State, call: Call) -> Optional[Value]:
    """A function of `torch.nn.utils.prune`."""
    if "prune." in call.function.api:
        result_of(state, some(s for value in call.values for s in sources_of(value)), call.site)
    return None


HANDLERS: Mapping[str, Callable[[State, Call], Optional[Value]]] = {
    "from_pretrained": _from_pretrained, "pipeline": _pipeline, "SentenceTransformer": _by_name,
    "CrossEncoder": _by_name, "generate": generated, "beam_search": generated,
    "save_pretrained": _saved, "save_model": _saved, "push_to_hub": _saved,
    **dict.fromkeys(_OPTIMIZERS, _optimizer),
    **dict.fromkeys(_PRUNING, _pruned),
}  # fmt: skip
