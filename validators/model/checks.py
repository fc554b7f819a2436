"""The checks of the model, tier by tier, and its section of the report."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Optional

from validators.findings import Finding
from validators.model import codes, folder_findings, tensor_findings, value_findings, verdict
from validators.model.architecture import Reference, reference_of
from validators.model.measuring import Measure, measure
from validators.model.numbers import counted, ratio_text
from validators.model.records import ModelCount, StoredTensor
from validators.model.streaming import Progress
from validators.report import Section
from validators.rules.records import ModelRules, Rules, T5Architecture
from validators.running import run_checks

# The sizes that make one T5 another; a model that was cut out of a T5 keeps some of them.
_CHOSEN = (
    "vocab_size", "d_model", "d_kv", "d_ff", "num_layers", "num_decoder_layers", "num_heads",
)  # fmt: skip


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def count(
    folder: Path,
    reference: Reference,
    *,
    name: Optional[str] = None,
    progress: Progress = _silent,
) -> ModelCount:
    """The ratio of a model folder by both countings, with what was found on the way.

    Whether that is good enough is for the rules to say: see `section`. Findings call the folder
    `name`; `progress` is told the bytes read so far and those to read.
    """
    return model_count(measure(folder, name or folder.name, reference, progress))


def section(folder: Path, name: str, rules: Rules, progress: Progress = _silent) -> Section:
    """The section of the report about the model folder, which it calls `name`."""
    model = measure(folder, name, reference_of(model_rules(rules)), progress)
    # Where the weights could be read whole, trouble with another file hides nothing of them.
    whole = bool(model.counted) and model.counted[0].fits and model.sets[0].whole
    tiers = ((*READING, *COUNTING),) if whole else (READING, COUNTING)
    results, unchecked = run_checks(tiers, model, rules)
    made = model_count(model)
    facts = _facts(made, model_rules(rules))
    return Section("model", name, results, facts, unchecked, model=made)


def model_count(model: Measure) -> ModelCount:
    """The counts, and every finding that depends on no rule."""
    sets = tuple(part.count for part in model.counted)
    total = sets[0].count if sets and model.counted[0].fits else None
    findings = (
        *model.read_findings,
        *(finding for find in _RULE_FREE for finding in find(model)),
    )
    ordered = tuple(sorted(findings, key=Finding.sort_key))
    return ModelCount(total, sets, ordered)


def model_rules(rules: Rules) -> ModelRules:
    """The rules' table about the model; without one there is nothing to check."""
    assert rules.model is not None, "a competition without [model] has no model section"
    return rules.model


def _facts(made: ModelCount, rules: ModelRules) -> tuple[str, ...]:
    if made.total is None:
        return ()
    limit, total = Fraction(rules.max_ratio), made.total
    other = "strict" if rules.counting == "handout" else "handout"
    nonzero = {"handout": total.handout, "strict": total.strict}
    shown = {key: ratio_text(value, total.parameters, limit) for key, value in nonzero.items()}
    return (
        f"ratio {shown[rules.counting]} ({nonzero[rules.counting]:,} of {total.parameters:,} "
        f"non-zero, {rules.counting} counting; at most {rules.max_ratio})",
        f"{other} {shown[other]} ({nonzero[other]:,} of {total.parameters:,})",
    )


def check_files(model: Measure, rules: Rules) -> Iterator[Finding]:
    """Every file of the model folder can be read, and none runs code when it is loaded."""
    yield from model.read_findings


def check_weights(model: Measure, rules: Rules) -> Iterator[Finding]:
    """There are weights of the released model to count."""
    yield from folder_findings.weights_findings(model)
    yield from tensor_findings.stranger_findings(model)


def check_formats(model: Measure, rules: Rules) -> Iterator[Finding]:
    """All weights are stored in a number format that the course accepts."""
    accepted = model_rules(rules).dtypes
    for part in model.counted:
        if part.whole:
            tensors = [copy.tensor for tally in part.tallies for copy in tally.wired.copies]
            refused = [tensor for tensor in tensors if tensor.dtype not in accepted]
            if refused:
                yield _refused_format(refused, accepted)


def _refused_format(tensors: list[StoredTensor], accepted: tuple[str, ...]) -> Finding:
    kinds = sorted({tensor.dtype for tensor in tensors})
    message = (
        f"{counted(len(tensors), 'weight')} stored as {', '.join(kinds)}; "
        f"accepted are {', '.join(accepted)}."
    )
    return tensor_findings.told(codes.DTYPE, tensors, message, dtypes=kinds)


def check_tensors(model: Measure, rules: Rules) -> Iterator[Finding]:
    """The tensors are those of the released model, all of them and no others."""
    yield from tensor_findings.tensor_findings(model)


def check_shapes(model: Measure, rules: Rules) -> Iterator[Finding]:
    """Every tensor has the shape that its model declares."""
    yield from tensor_findings.shape_findings(model)


def check_loading(model: Measure, rules: Rules) -> Iterator[Finding]:
    """from_pretrained finds every weight under the name that it looks for."""
    yield from tensor_findings.loading_findings(model)


def check_config(model: Measure, rules: Rules) -> Iterator[Finding]:
    """config.json is there, declares the released architecture and asks for no code."""
    yield from folder_findings.config_findings(model)
    released = model_rules(rules).architecture
    if not isinstance(released, T5Architecture) or not model.config.present:
        return
    family, sizes = model.config.family, model.config.sizes
    if not model.config.findings and family != released.family:
        named = "none" if family is None else f'"{family}"'
        message = f'its model_type is {named}; expected "{released.family}".'
        yield codes.CONFIG_TYPE.at(model.config.place, message)
    if sizes is not None:
        yield from _other_sizes(model, sizes, released)


def _other_sizes(
    model: Measure, sizes: T5Architecture, released: T5Architecture
) -> Iterator[Finding]:
    have, want = _sizes(sizes), _sizes(released)
    if any(finding.code == codes.TIE.name for finding in tensor_findings.tensor_findings(model)):
        have["heads of its own"] = want["heads of its own"]
    smaller = [key for key in want if have[key] < want[key]]
    larger = [key for key in want if have[key] > want[key]]
    told = [(codes.SMALLER, smaller), (codes.LARGER, larger)]
    if {*smaller, *larger}.issuperset(_CHOSEN):
        told = [(codes.OTHER_SIZES, [key for key in want if have[key] != want[key]])]
    for code, keys in told:
        if keys:
            shown = ", ".join(f"{key} {have[key]:,} (released: {want[key]:,})" for key in keys)
            yield code.at(model.config.place, f"it declares {shown}.", keys=keys)


def _sizes(architecture: T5Architecture) -> dict[str, int]:
    values = architecture.model_dump(exclude={"family", "gated", "tied"})
    return {
        **values,
        "gates": int(architecture.gated),
        "heads of its own": int(not architecture.tied),
    }


def check_masks(model: Measure, rules: Rules) -> Iterator[Finding]:
    """Every pruning mask belongs to a weight and holds only zeros and ones."""
    yield from value_findings.mask_findings(model)


def check_copies(model: Measure, rules: Rules) -> Iterator[Finding]:
    """Every parameter is stored once, with values of its own."""
    yield from value_findings.copy_findings(model)


def check_values(model: Measure, rules: Rules) -> Iterator[Finding]:
    """The weights are finite numbers, and what is pruned is exactly zero."""
    yield from value_findings.value_findings(model)


def check_sets(model: Measure, rules: Rules) -> Iterator[Finding]:
    """There is one set of weights in the folder."""
    yield from folder_findings.set_findings(model)


def check_folder(model: Measure, rules: Rules) -> Iterator[Finding]:
    """The model folder holds only the model."""
    yield from folder_findings.file_findings(model)


def check_ratio(model: Measure, rules: Rules) -> Iterator[Finding]:
    """The ratio of non-zero parameters is within the limit."""
    yield from verdict.ratio_findings(model, model_rules(rules))


def check_countings(model: Measure, rules: Rules) -> Iterator[Finding]:
    """Both ways of counting come to the same."""
    yield from verdict.counting_findings(model, model_rules(rules))


READING = (check_files, check_weights)
COUNTING = (
    check_ratio, check_countings, check_formats, check_tensors, check_shapes, check_config,
    check_loading, check_masks, check_copies, check_values, check_sets, check_folder,
)  # fmt: skip
_RULE_FREE = (
    folder_findings.weights_findings,
    folder_findings.config_findings,
    folder_findings.set_findings,
    folder_findings.file_findings,
    tensor_findings.stranger_findings,
    tensor_findings.tensor_findings,
    tensor_findings.shape_findings,
    tensor_findings.loading_findings,
    value_findings.mask_findings,
    value_findings.copy_findings,
    value_findings.value_findings,
)
