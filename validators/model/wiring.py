"""Which stored tensors belong to which released parameter, and which mask acts on which weight.

Only names, shapes and places are looked at here, no values. The words:

- A *copy* is one stored version of a parameter's values. Names that share their bytes are one copy.
- A *layer* looks at a copy, bare or through its mask. The tied head is a layer of its own that
  looks at the embedding's values; `encoder.embed_tokens` is only another path to the embedding.
- A mask is *wired* when `X_mask` stands beside `X_orig` of its shape. When tied tensors are saved
  once, the head's `X_orig` is left out of the file, and its mask is wired through the tie.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from validators.model.architecture import Reference, ReferenceTensor
from validators.model.records import StoredTensor

_MOST_PREFIXES = 3
Identity = tuple[object, ...]


class Loose(enum.Enum):
    """Why a mask acts on no weight."""

    ALONE = "no weight of that name is there"
    PLAIN = "the weight beside it is a plain one, without hook"
    SHAPE = "its shape or storage form is another than its weight's"
    VALUES = "it holds other numbers than 0 and 1"


@dataclass(frozen=True)
class Mask:
    """A wired mask, and the copy (by its number) that its layer looks at through it."""

    name: str
    tensor: StoredTensor
    copy: int


@dataclass(frozen=True)
class Copy:
    """One stored version of a parameter; `bare` when some layer looks at it without a mask."""

    names: tuple[str, ...]
    tensor: StoredTensor
    bare: bool


@dataclass(frozen=True)
class Wired:
    """One released parameter as it is stored.

    `layers` has, for every layer that is always masked, the numbers of its masks (several only
    when one layer's mask is saved under several names): these masks count for the parameter.
    """

    parameter: ReferenceTensor
    copies: tuple[Copy, ...]
    masks: tuple[Mask, ...]
    layers: tuple[tuple[int, ...], ...]
    loose: tuple[tuple[StoredTensor, Loose], ...]
    orig_alone: tuple[StoredTensor, ...]
    twice: tuple[StoredTensor, ...]


@dataclass(frozen=True)
class Wiring:
    """A weight set, sorted out: what belongs to the released model, and what doesn't."""

    prefix: str
    parts: tuple[Stored, ...]
    unknown: tuple[StoredTensor, ...]
    loose: tuple[StoredTensor, ...]


@dataclass(frozen=True)
class Stored:
    """The tensors of one parameter by the name they are for: plain, `_orig` and `_mask`."""

    parameter: ReferenceTensor
    plain: dict[str, StoredTensor]
    orig: dict[str, StoredTensor]
    mask: dict[str, StoredTensor]

    @property
    def tensors(self) -> tuple[StoredTensor, ...]:
        """All of them, in order of name."""
        tables = (self.plain, self.orig, self.mask)
        found = (tensor for table in tables for tensor in table.values())
        return tuple(sorted(found, key=lambda tensor: tensor.name))


def sort_out(tensors: tuple[StoredTensor, ...], reference: Reference) -> Wiring:
    """The tensors by the released parameter that they are stored for."""
    prefix = common_prefix(tuple(tensor.name for tensor in tensors), reference)
    parts = {tensor.name: Stored(tensor, {}, {}, {}) for tensor in reference.tensors}
    unknown, loose = [], []
    for tensor in tensors:
        name = tensor.name[len(prefix) :]
        base, kind = _kind(name, reference)
        if kind is not None:
            table = getattr(parts[reference.by_name[base].name], kind)
            # A name can come twice only in files that state dicts never make.
            if table.setdefault(base, tensor) is not tensor:
                unknown.append(tensor)
        elif "mask" in name.rpartition(".")[2]:
            loose.append(tensor)
        else:
            unknown.append(tensor)
    return Wiring(prefix, tuple(parts.values()), tuple(unknown), tuple(loose))


def _kind(name: str, reference: Reference) -> tuple[str, Optional[str]]:
    if name in reference.by_name:
        return name, "plain"
    for suffix in ("orig", "mask"):
        base = name[: -len(suffix) - 1]
        if name.endswith(f"_{suffix}") and base in reference.by_name:
            return base, suffix
    return name, None


def common_prefix(names: tuple[str, ...], reference: Reference) -> str:
    """What stands before every name and hides the released model's names; mostly nothing."""
    prefix = ""
    for _ in range(_MOST_PREFIXES + 1):
        left = [name[len(prefix) :] for name in names]
        if any(_kind(name, reference)[1] is not None for name in left):
            return prefix
        heads = {name.partition(".")[0] for name in left}
        if len(heads) != 1 or not all("." in name for name in left):
            return ""
        prefix += f"{heads.pop()}."
    return ""


def wire(stored: Stored, refused: frozenset[str] = frozenset()) -> Wired:
    """How the parameter's tensors act together, without the masks that were refused by name."""
    return _Wiring(stored, refused).result()


def identity(tensor: StoredTensor) -> Identity:
    """Equal for two tensors that are the same bytes seen in the same form."""
    return (tensor.path, tensor.offset, tensor.dtype, tensor.shape, tensor.strides, tensor.stored)


class _Wiring:
    """One parameter while its layers are gone through."""

    def __init__(self, stored: Stored, refused: frozenset[str]) -> None:
        self.stored = stored
        self.refused = refused
        self.copies: list[StoredTensor] = []
        self.names: list[list[str]] = []
        self.bare: set[int] = set()
        self.masks: list[Mask] = []
        self.layers: list[tuple[int, ...]] = []
        self.loose: list[tuple[StoredTensor, Loose]] = []
        for name in stored.parameter.names:
            for table in (stored.plain, stored.orig):
                if name in table:
                    self._number(table[name])

    def result(self) -> Wired:
        for names in self.stored.parameter.layers:
            self._layer(names)
        stored = self.stored
        copies = tuple(
            Copy(tuple(names), tensor, number in self.bare)
            for number, (tensor, names) in enumerate(zip(self.copies, self.names))
        )
        return Wired(
            stored.parameter,
            copies,
            tuple(self.masks),
            tuple(self.layers),
            tuple(self.loose),
            tuple(stored.orig[name] for name in sorted(set(stored.orig) - set(stored.mask))),
            tuple(stored.plain[name] for name in sorted(set(stored.orig) & set(stored.plain))),
        )

    def _number(self, tensor: StoredTensor) -> int:
        """The number of the copy that the tensor is, a new one if it is none yet."""
        same = [n for n, copy in enumerate(self.copies) if identity(copy) == identity(tensor)]
        number = same[0] if same else len(self.copies)
        if not same:
            self.copies.append(tensor)
            self.names.append([])
        if tensor.name not in self.names[number]:
            self.names[number].append(tensor.name)
        return number

    def _layer(self, names: tuple[str, ...]) -> None:
        plain = [name for name in names if name in self.stored.plain]
        masked = list(self._masks(names, bool(plain)))
        through = {mask.copy for mask in masked}
        sights = {self._number(self.stored.plain[name]) for name in plain}
        orig = {self._number(self.stored.orig[n]) for n in names if n in self.stored.orig}
        sights |= orig - through
        if not sights and not through and self.copies:
            sights = {0}  # nothing of its own: it looks at the parameter through the tie
        self.bare |= sights
        if masked:
            first = len(self.masks)
            self.masks += masked
            if not sights:
                self.layers.append(tuple(range(first, len(self.masks))))

    def _masks(self, names: tuple[str, ...], has_plain: bool) -> Iterator[Mask]:
        """The masks of the layer that are wired; the others are noted with the reason."""
        stored = self.stored
        own = [stored.orig[name] for name in names if name in stored.orig]
        for name in names:
            mask = stored.mask.get(name)
            if mask is None:
                continue
            if name in stored.orig:
                weight = stored.orig[name]
            elif own:
                weight = own[0]
            elif has_plain or not self.copies:
                self.loose.append((mask, Loose.PLAIN if has_plain else Loose.ALONE))
                continue
            else:
                weight = self.copies[0]
            if mask.name in self.refused:
                self.loose.append((mask, Loose.VALUES))
            elif mask.sparse or weight.sparse or mask.shape != weight.shape:
                self.loose.append((mask, Loose.SHAPE))
            else:
                yield Mask(name, mask, self._number(weight))


def tied_row(wired: Wired) -> Iterator[Mask]:
    """The masks of tied layers: what such a layer sees is less than the parameter holds."""
    own = wired.parameter.layers[0]
    return (mask for mask in wired.masks if mask.name not in own)
