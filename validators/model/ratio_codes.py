"""What can be wrong with the ratio: non-zero parameters ÷ the released model's parameters."""

from __future__ import annotations

from validators.findings import Code, Severity

OVER = Code(
    "ratio.over",
    Severity.BLOCKS,
    "More parameters are non-zero than the course allows. The denominator is the released model's "
    "number of parameters, and the comparison is exact.",
    "Prune more, and save the model again.",
    offence="invalid_model",
)
OTHER_OVER = Code(
    "ratio.other-over",
    Severity.NOTES,
    "The counting that decides is within the limit; the other of the two countings is not. Both "
    "are always shown, so that nobody is surprised by a different figure.",
    "Nothing to do: this counting does not decide.",
)
COUNTINGS_DIFFER = Code(
    "ratio.countings-differ",
    Severity.NOTES,
    "The two countings differ by more than 0.02: the tutorial's takes a mask on the tied head as "
    "zeros of the model, the strict one counts every value that some layer still uses.",
    "Nothing to do: the course has decided which one counts.",
)
ALL_ZERO = Code(
    "ratio.all-zero",
    Severity.BLOCKS,
    "Every weight of the model is zero; such a model predicts nothing.",
    "Save the model again after pruning, and look at its predictions.",
)
MASK_ALONE = Code(
    "ratio.mask-alone",
    Severity.WARNS,
    "A mask has no weight_orig that it belongs to: its hook was removed, or it never had one. "
    "Nothing applies it to a weight any more, so its zeros are not zeros of the model.",
    "Delete the mask, or save the model while its pruning hooks are in place.",
)
EMPTY_HEAD = Code(
    "ratio.empty-head",
    Severity.WARNS,
    "The mask of the tied head leaves it next to nothing (less than a thousandth), and such a "
    "model can't predict. So the mask was hardly in use, while the handout's counting takes its "
    "zeros off the whole embedding.",
    "Save the model with the masks that it predicts with, or fold them with prune.remove.",
)
MASK_SHAPE = Code(
    "ratio.mask-shape",
    Severity.WARNS,
    "A mask has another shape or storage form than the weight it is named after, so it can't be "
    "applied to it. The weight was counted without it.",
    "Save the masks as torch.nn.utils.prune made them.",
)
MASK_VALUES = Code(
    "ratio.mask-values",
    Severity.BLOCKS,
    "A mask holds other numbers than 0 and 1, so it scales the weight and may carry weights "
    "itself. The weight was counted without it.",
    "Fold the mask into the weight with prune.remove, or make it binary.",
)
ORIG_ALONE = Code(
    "ratio.orig-alone",
    Severity.WARNS,
    "A weight_orig has no mask beside it. It was counted as the plain weight that it is.",
    "Save the masks as well, or fold them with prune.remove before saving.",
)
TWICE_STORED = Code(
    "ratio.twice-stored",
    Severity.WARNS,
    "A parameter is stored both as weight and as weight_orig. Which one is used depends on how the "
    "model is loaded, so the values of both were counted, equal ones once.",
    "Delete one of them: save either with the pruning hooks or after prune.remove.",
)
TIED_DIFFER = Code(
    "ratio.tied-differ",
    Severity.WARNS,
    "Tensors that are one in the released model (the embedding and the head) are stored apart with "
    "different values. Which of them is used depends on the version of transformers, so both were "
    "counted, equal values once.",
    "Keep the tie: save with model.save_pretrained(folder) and store no second copy.",
)
UNKNOWN_VALUES = Code(
    "ratio.unknown-values",
    Severity.BLOCKS,
    "Tensors whose names the released model doesn't have hold thousands of non-zero values, or are "
    "hundreds. Only tensors of the released architecture are counted, so these would be weights "
    "for nothing.",
    "Save only the released architecture's tensors, such as with model.save_pretrained(folder).",
)
SETS_DIFFER = Code(
    "ratio.sets-differ",
    Severity.BLOCKS,
    "There are several sets of weights in the model folder, and their values are not the same. "
    "Which one made the predictions can't be seen from the files.",
    "Keep only the weights that made your predictions.",
)
SETS_AGREE = Code(
    "ratio.sets-agree",
    Severity.NOTES,
    "There are several sets of weights in the model folder, as the tutorial saves them. All hold "
    "the same values.",
    "Nothing to do; one of them would be enough.",
)
NEAR_ZERO = Code(
    "ratio.near-zero",
    Severity.WARNS,
    "Many weights are tiny (below 1e-20) but not zero. A ratio counts what is exactly zero, so "
    "they count as non-zero, whatever rounding makes of them later.",
    "Set them to exactly zero and save again, if they were meant as pruned.",
)
NEGATIVE_ZERO = Code(
    "ratio.negative-zero",
    Severity.NOTES,
    "Zeros are stored as -0.0. They count as zero. Multiplying weights with a mask makes about "
    "half of the zeros negative, so this is usual after prune.remove.",
    "Nothing to do.",
)
