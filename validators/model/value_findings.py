"""What is to be said of a weight set's masks, copies and values."""

from __future__ import annotations

from collections.abc import Iterator

from validators.findings import Finding, Place
from validators.model import codes, ratio_codes
from validators.model.bits import FORMATS
from validators.model.measuring import Measure, SetMeasure
from validators.model.numbers import counted, ratio_text
from validators.model.records import StoredTensor
from validators.model.streaming import cost, extent
from validators.model.tensor_findings import named, told
from validators.model.wiring import Loose, tied_row

# From this share of the released model's parameters on, odd values are worth a word.
_PER_MILLE = 1
_LOOSE_CODES = {
    Loose.ALONE: ratio_codes.MASK_ALONE,
    Loose.PLAIN: ratio_codes.MASK_ALONE,
    Loose.SHAPE: ratio_codes.MASK_SHAPE,
    Loose.VALUES: ratio_codes.MASK_VALUES,
}


def mask_findings(model: Measure) -> Iterator[Finding]:
    """Masks that act on no weight, and weights whose mask is gone."""
    for part in model.counted:
        for reason in Loose:
            masks = [loose.tensor for loose in part.loose if loose.reason is reason]
            if masks:
                acts = "acts" if len(masks) == 1 else "act"
                message = f"{named(masks, 'mask')} {acts} on nothing: {reason.value}."
                yield told(_LOOSE_CODES[reason], masks, message)
        yield from _empty_heads(part)
        alone = [tensor for tally in part.tallies for tensor in tally.wired.orig_alone]
        alone = [tensor for tensor in alone if not _covered(part, tensor)]
        if alone:
            message = f"{named(alone, 'weight')} without a mask beside it."
            yield told(ratio_codes.ORIG_ALONE, alone, message)


def _empty_heads(part: SetMeasure) -> Iterator[Finding]:
    for tally in part.tallies:
        elements = tally.wired.parameter.elements
        if tally.through is not None and tally.through * 1000 < min(tally.strict, elements):
            masks = [mask.tensor for mask in tied_row(tally.wired)]
            message = (
                f"the head sees {tally.through:,} values through its mask; "
                f"{tally.strict:,} of {elements:,} are not zero."
            )
            yield told(ratio_codes.EMPTY_HEAD, masks, message)


def _covered(part: SetMeasure, tensor: StoredTensor) -> bool:
    """Whether the tensor's values are seen through a mask that is saved under another name."""
    for tally in part.tallies:
        for number, copy in enumerate(tally.wired.copies):
            if tensor.name in copy.names:
                return any(mask.copy == number for mask in tally.wired.masks)
    return False


def copy_findings(model: Measure) -> Iterator[Finding]:
    """Values that are stored in two versions, or once for many."""
    for part in model.counted:
        twice = [tensor for tally in part.tallies for tensor in tally.wired.twice]
        if twice:
            message = f"{named(twice, 'parameter')} stored a second time as _orig."
            yield told(ratio_codes.TWICE_STORED, twice, message)
        for tally in part.tallies:
            if tally.differing and not tally.wired.twice:
                names = [copy.tensor for copy in tally.wired.copies]
                message = (
                    f"{named(names, 'copy')} of the same values, different at "
                    f"{counted(tally.differing, 'position')}; expected one."
                )
                yield told(ratio_codes.TIED_DIFFER, names, message, positions=tally.differing)
        unread = [tensor for tally in part.tallies for tensor in tally.unread]
        unread = [tensor for tensor in unread if tensor.dtype in FORMATS]
        if unread:
            values = sum(tensor.elements for tensor in unread)
            message = (
                f"{named(unread, 'tensor')} can't be read in order; "
                f"{counted(values, 'value')} taken as non-zero."
            )
            yield told(codes.LAYOUT, unread, message)
        repeated = [tensor for tensor in _repeated(part) if tensor not in unread]
        if repeated:
            message = f"{named(repeated, 'tensor')} without values of its own."
            yield told(codes.REPEATED, repeated, message)


def _repeated(part: SetMeasure) -> list[StoredTensor]:
    """Tensors whose elements lie over one another, or over those of another parameter."""
    found: dict[str, StoredTensor] = {}
    places = []
    for tally in part.tallies:
        for copy in tally.wired.copies:
            tensor = copy.tensor
            if tensor.elements > extent(tensor) and not tensor.sparse:
                found[tensor.name] = tensor
            if tensor.dtype in FORMATS and tensor.elements:
                end = tensor.offset + cost(tensor)
                places.append((tensor.path, tensor.offset, end, tally.wired.parameter.name, tensor))
    last = None
    for place in sorted(places, key=lambda place: place[:4]):
        if last is not None and place[0] == last[0] and place[1] < last[2]:
            if place[3] != last[3]:
                found.update({place[4].name: place[4], last[4].name: last[4]})
            if place[2] <= last[2]:
                continue
        last = place
    return [found[name] for name in sorted(found)]


def value_findings(model: Measure) -> Iterator[Finding]:
    """Values that are not what they seem, or no good."""
    for part in model.counted:
        if not part.fits:
            continue
        place, total = Place(part.file), model.reference.total
        endless = [tally for tally in part.tallies if tally.oddities.not_finite]
        if endless:
            values = sum(tally.oddities.not_finite for tally in endless)
            tensors = [tally.wired.copies[0].tensor for tally in endless]
            message = f"{counted(values, 'value')} NaN or infinite in {named(tensors, 'tensor')}."
            yield told(codes.NOT_FINITE, tensors, message, values=values)
        tiny = sum(tally.oddities.tiny for tally in part.tallies)
        if tiny * 1000 >= _PER_MILLE * total:
            without = ratio_text(max(0, part.count.count.handout - tiny), total)
            message = (
                f"{counted(tiny, 'weight')} between 0 and 1e-20; they count as non-zero. "
                f"Were they zero, the ratio would be {without}."
            )
            yield ratio_codes.NEAR_ZERO.at(place, message, values=tiny)
        signed = sum(tally.oddities.negative_zeros for tally in part.tallies)
        if signed * 1000 >= _PER_MILLE * total:
            message = f"{counted(signed, 'zero')} {'is' if signed == 1 else 'are'} -0.0."
            yield ratio_codes.NEGATIVE_ZERO.at(place, message, values=signed)
        yield from _zero_tensors(part)


def _zero_tensors(part: SetMeasure) -> Iterator[Finding]:
    if part.count.count.handout == 0:
        message = f"all of its {counted(part.count.count.parameters, 'parameter')} are zero."
        yield ratio_codes.ALL_ZERO.at(Place(part.file), message)
        return
    zero = [tally for tally in part.tallies if tally.wired.copies and tally.strict == 0]
    if zero:
        tensors = [tally.wired.copies[0].tensor for tally in zero]
        values = sum(tally.wired.parameter.elements for tally in zero)
        message = f"{named(tensors, 'tensor')} with {counted(values, 'value')}, all of them zero."
        yield told(codes.ZERO_TENSOR, tensors, message, values=values)
