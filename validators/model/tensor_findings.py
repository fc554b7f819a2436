"""What is to be said of a weight set's tensors: which there are, their shapes, how they load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from validators.display import quoted
from validators.findings import Code, Finding, Place
from validators.model import codes, ratio_codes
from validators.model.measuring import Measure, SetMeasure
from validators.model.numbers import counted, ratio_text
from validators.model.records import StoredTensor
from validators.model.weight_files import PREFERRED
from validators.model.wiring import Wiring

# More non-zero values than this under unknown names are weights, not leftovers.
UNKNOWN_VALUES = 4096
# And more names than this say something by themselves.
UNKNOWN_TENSORS = 512
_EVIDENCE = 20
_NAMED = 2
_NAME_LENGTH = 100


def told(code: Code, tensors: Sequence[StoredTensor], message: str, **evidence: object) -> Finding:
    """One finding about several tensors of a set, placed at the first of them."""
    first = min(tensors, key=lambda tensor: (tensor.file, tensor.name))
    names = sorted({tensor.name for tensor in tensors})
    facts: dict[str, Any] = {"count": len(names), "tensors": names[:_EVIDENCE], **evidence}
    return code.at(Place(first.file, tensor=first.name), message, **facts)


def named(tensors: Sequence[StoredTensor], noun: str) -> str:
    """How many they are, and which: the place of a finding names one, so only several are named."""
    return names_of(tuple(sorted({tensor.name for tensor in tensors})), noun, 1)


def names_of(names: tuple[str, ...], noun: str, known: int = 0) -> str:
    """How many names, and the first few of them where they are more than those known anyway."""
    text = counted(len(names), noun)
    if len(names) <= known:
        return text
    shown = ", ".join(quoted(name, _NAME_LENGTH) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{text} ({shown}{f' and {more:,} more' if more > 0 else ''})"


def tensor_findings(model: Measure) -> Iterator[Finding]:
    """Tensors that the released model doesn't have, and those that are missing."""
    for part in model.counted:
        if part.fits:
            yield from _unknown(part, model)
        if part.fits and part.whole:
            yield from _missing(part, model)


def stranger_findings(model: Measure) -> Iterator[Finding]:
    """Weight sets that have nothing in common with the released model."""
    for part in model.counted:
        if part.whole and not part.fits:
            tensors = part.weights.tensors
            message = f"holds {named(tensors, 'tensor')}, none of them of the released model."
            yield told(codes.OTHER_ARCHITECTURE, tensors, message)


def _unknown(part: SetMeasure, model: Measure) -> Iterator[Finding]:
    if not part.unknown:
        return
    tensors = [unknown.tensor for unknown in part.unknown]
    values = sum(unknown.nonzero for unknown in part.unknown)
    with_them = ratio_text(part.count.count.handout + values, model.reference.total)
    message = (
        f"{named(tensors, 'tensor')} with {counted(values, 'non-zero value')}; the released model "
        f"has no such tensor. With {'it' if len(tensors) == 1 else 'them'} the ratio would be "
        f"{with_them}."
    )
    many = values > UNKNOWN_VALUES or len(tensors) > UNKNOWN_TENSORS
    code = ratio_codes.UNKNOWN_VALUES if many else codes.UNKNOWN_TENSOR
    yield told(code, tensors, message, nonzero=values)


def base_names(wiring: Wiring, part: SetMeasure) -> frozenset[str]:
    """The names that the set has weights for: without prefix, and without `_orig`."""
    names = (tensor.name[len(wiring.prefix) :] for tensor in part.weights.tensors)
    return frozenset(name[:-5] if name.endswith("_orig") else name for name in names)


def _missing(part: SetMeasure, model: Measure) -> Iterator[Finding]:
    assert part.wiring is not None
    there = base_names(part.wiring, part)
    missing = [t for t in model.declared.tensors if there.isdisjoint(t.names)]
    # A head that config.json unties, where the released model ties it: told in its own words.
    untied = [t for t in missing if t.name in model.reference.by_name and t.group == "head"]
    untied = [t for t in untied if model.reference.by_name[t.name].name != t.name]
    if untied:
        message = f"tie_word_embeddings is false, but the file has no {untied[0].name}."
        yield codes.TIE.at(model.config.place, message)
    missing = [tensor for tensor in missing if tensor not in untied]
    if missing:
        names = tuple(tensor.name for tensor in missing)
        values = sum(tensor.elements for tensor in missing)
        message = (
            f"{names_of(names, 'tensor')} of the released model with "
            f"{counted(values, 'value')} {'is' if len(names) == 1 else 'are'} missing."
        )
        yield codes.MISSING.at(
            Place(part.file), message, count=len(names), values=values, tensors=names[:_EVIDENCE]
        )


def shape_findings(model: Measure) -> Iterator[Finding]:
    """Tensors of another shape than the model that they belong to."""
    for part in model.counted:
        found = list(_wrong_shapes(part, model)) if part.whole else []
        if found:
            tensor, want = found[0]
            owner = "the released model" if model.config.sizes is None else "config.json"
            more = "" if len(found) == 1 else f" {len(found):,} tensors are so in all."
            message = f"its shape is {list(tensor.shape)}; {owner} says {list(want)}.{more}"
            yield told(codes.SHAPE, [tensor for tensor, _ in found], message)


def _wrong_shapes(
    part: SetMeasure, model: Measure
) -> Iterator[tuple[StoredTensor, tuple[int, ...]]]:
    assert part.wiring is not None
    for stored in part.wiring.parts:
        for table in (stored.plain, stored.orig):
            for name, tensor in sorted(table.items()):
                declared = model.declared.by_name.get(name, stored.parameter)
                if tensor.shape != declared.shape:
                    yield tensor, declared.shape


def loading_findings(model: Measure) -> Iterator[Finding]:
    """Names under which from_pretrained does not find the weights."""
    for part in model.counted:
        if part.wiring is not None and part.wiring.prefix and part.fits:
            prefix = part.wiring.prefix
            message = f'every tensor name begins with "{prefix}"; expected names without it.'
            remedy = ""
            if prefix.rstrip(".").isidentifier():
                remedy = f"Save the inner model: model.{prefix}save_pretrained(folder)."
            yield codes.PREFIX.at(Place(part.file), message, remedy, prefix=prefix)
    first = model.sets[0] if model.sets else None
    if first is None or first.wiring is None or not is_loaded(first):
        return
    orig = [tensor for stored in first.wiring.parts for tensor in stored.orig.values()]
    if orig:
        message = (
            f"{counted(len(orig), 'weight')} {'is' if len(orig) == 1 else 'are'} stored as "
            f"_orig and _mask; from_pretrained alone would make "
            f"{'it' if len(orig) == 1 else 'them'} random."
        )
        yield codes.MASKED.at(Place(first.file), message, count=len(orig))


def is_loaded(part: SetMeasure) -> bool:
    """Whether from_pretrained reads the set by itself."""
    return any(PurePosixPath(file).name in PREFERRED for file in part.weights.files) or (
        PurePosixPath(part.file).name.startswith(("model-0", "pytorch_model-0"))
    )
