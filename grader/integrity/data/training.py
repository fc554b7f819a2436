"""Where training begins: trainers, and losses that go backward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Callable, Optional

from grader.integrity.data.models import generated, result_of
from grader.integrity.data.state import Call, State, sure_or_not
from grader.integrity.data.values import (
    Const,
    Site,
    Source,
    Value,
    constant,
    of_sources,
    sequence,
    sources_of,
)
from grader.integrity.data.words import CHOOSES, MAY_TRAIN, TRAINS, says, told

_PLACES = ("model", "args", "data_collator", "train_dataset", "eval_dataset")
_SITE = "\0site"
_BEST = "load_best_model_at_end"
_STOPPING = "EarlyStopping"
_KERAS = ("keras", "tensorflow", "tf", "model", "autotrain")


def is_trainer(name: str) -> bool:
    """Whether a library's class of this name trains."""
    last = name.rpartition(".")[2]
    return last.endswith("Trainer") and last[:1].isupper()


def built(state: State, call: Call) -> Value:
    """A trainer, with what it was given."""
    items: dict[Const, Value] = dict(zip(_PLACES, call.args))
    items.update(call.named)
    label, line = call.line_of(_PLACES.index("train_dataset"), "train_dataset")
    items[_SITE] = sequence((constant(label), constant(line)))
    return Value(items=items, made=call.function.api or "Trainer")


def _begun(state: State, call: Call) -> Optional[Value]:
    """The base's `__init__` of a trainer of the student's own."""
    owner = call.function.receiver
    if owner is None or not is_trainer(owner.made) or owner.items is None:
        return None
    owner.items.update(built(state, call).items or {})
    return Value()


def _trained(state: State, call: Call) -> Optional[Value]:
    """`train` of a trainer: here its rows reach training."""
    owner = call.function.receiver
    if owner is None or not is_trainer(owner.made):
        return None
    site = _site(owner, call.site)
    rows = sources_of(owner.part("train_dataset"))
    if owner.instance is not None:
        own = owner.instance.lookup("get_train_dataloader")
        if own is not None and own.functions:
            rows |= sources_of(state.apply(replace(own, receiver=owner), (), call))
    report(state, rows, site, weights_are_rows=True)
    model = frozenset(each for each in sources_of(owner.part("model")) if each.kind == "model")
    result_of(state, model, call.site)
    settings = owner.part("args") or Value()
    folder = settings.part("output_dir")
    for path in folder.texts if folder is not None else ():
        state.write(path, model)
    _chosen(state, owner, settings, site)
    return Value()


def _site(owner: Value, otherwise: Site) -> Site:
    kept = (owner.part(_SITE) or Value()).items or {}
    label, line = (kept.get(n, Value()).consts[:1] for n in (0, 1))
    if label and line and isinstance(label[0], str) and isinstance(line[0], int):
        return label[0], line[0]
    return otherwise


def _chosen(state: State, owner: Value, settings: Value, site: Site) -> None:
    """The checkpoint that is kept is the best one on some rows."""
    best = settings.part(_BEST)
    callbacks = owner.part("callbacks")
    stops = callbacks is not None and any(
        _STOPPING in part.made for part in (callbacks.items or {}).values()
    )
    if stops or (best is not None and best.consts == (True,)):
        for each in sure_or_not(state, sources_of(owner.part("eval_dataset"))):
            if each.kind != "model":
                state.observe("split", told(each), site, says(CHOOSES, each.site))


def _fitted(state: State, call: Call) -> Optional[Value]:
    """`fit` of Lightning's trainer or of Keras."""
    owner = call.function.receiver
    if owner is None:
        return None
    if is_trainer(owner.made):
        given = [
            _loader(state, call.argument(1, "train_dataloaders", "train_dataloader"), call),
            _loader(state, call.argument(3, "datamodule"), call),
        ]
        result_of(state, sources_of(call.argument(0, "model")), call.site)
    elif owner.made.partition(".")[0] in _KERAS:
        given = [call.argument(0, "x"), call.argument(1, "y")]
    else:
        return None
    rows = frozenset(each for value in given for each in sources_of(value))
    report(state, rows, call.site, weights_are_rows=True)
    return Value()


def _loader(state: State, given: Optional[Value], call: Call) -> Optional[Value]:
    """What is trained on; of a data module only what it gives for training."""
    if given is None or given.instance is None:
        return given
    found = Value()
    for name in ("prepare_data", "setup", "train_dataloader"):
        method = given.instance.lookup(name)
        if method is not None and method.functions:
            found = state.apply(replace(method, receiver=given), (), call)
    return found


def _backward(state: State, call: Call) -> Optional[Value]:
    """A loss goes backward: the rows that it comes from reach training."""
    found = sources_of(call.function.receiver)
    for value in call.args:
        found |= sources_of(value)
    report(state, found, call.site)
    return Value()


def report(
    state: State, sources: Iterable[Source], site: Site, weights_are_rows: bool = False
) -> None:
    """Tell what reaches training at this place.

    A file of tensors is weights, but where rows are expected it holds rows.
    """
    for each in sure_or_not(state, sources):
        verb = TRAINS if each.sure else MAY_TRAIN
        if each.kind != "model":
            state.observe("training", told(each), site, says(verb, each.site))
        elif weights_are_rows:
            state.observe(
                "training", told(replace(each, kind="file")), site, says(MAY_TRAIN, each.site)
            )


def _predicted(state: State, call: Call) -> Optional[Value]:
    """`predict` of a trainer: texts of the model's, and the rows' own labels beside them."""
    owner = call.function.receiver
    if owner is None or not is_trainer(owner.made):
        return generated(state, call)
    rows = call.argument(0, "test_dataset")
    labels = _labels(sources_of(rows))
    made = sources_of(generated(state, call)) | sources_of(owner.part("model"))
    wrote = of_sources(each for each in made if each.kind != "file")
    parts: dict[Const, Value] = dict(enumerate((wrote, labels, Value())))
    parts.update({"predictions": wrote, "label_ids": labels, "metrics": Value()})
    return Value(items=parts)


def _labels(sources: Iterable[Source]) -> Value:
    return of_sources(replace(each, column="label_ids") for each in sources if each.kind != "model")


HANDLERS: Mapping[str, Callable[[State, Call], Optional[Value]]] = {
    "train": _trained, "fit": _fitted, "backward": _backward, "predict": _predicted,
    "__init__": _begun,
}  # fmt: skip
