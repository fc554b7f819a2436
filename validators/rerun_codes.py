"""What only running a submission again can show.

They are observations. What accuses costs nothing before the teaching side has confirmed it, and
its remedy says what to look at first.
"""

from __future__ import annotations

from validators.findings import Code, Severity

PROVED = Code(
    "rerun.proved",
    Severity.NOTES,
    "Our own code, with the weights that were handed in, made the submitted predictions again.",
    "Nothing to do.",
)
REPRODUCED = Code(
    "rerun.reproduced",
    Severity.NOTES,
    "The submission's own code made the submitted predictions again.",
    "Nothing to do.",
)
RANDOM = Code(
    "rerun.random",
    Severity.WARNS,
    "Two runs of the same program gave different predictions, so a difference from the submitted"
    " ones shows nothing.",
    "Compare the scores instead; ask for a seed if the predictions must be made again exactly.",
)
DIFFERS = Code(
    "rerun.differs",
    Severity.WARNS,
    "The predictions that were made again are not the submitted ones, by more than the program's"
    " own randomness and other arithmetic explain.",
    "Ask which settings and which weights made the file on Kaggle before you decide.",
    offence="special_rule",
    accuses=True,
)
LABELS = Code(
    "rerun.labels",
    Severity.WARNS,
    "Predictions hold words of the made-up summaries that stood in the label column.",
    "Read where the program uses the summaries of the test split, then decide.",
    offence="special_rule",
    accuses=True,
)
LOOKED_UP = Code(
    "rerun.looked-up",
    Severity.WARNS,
    "Predictions follow a row's place or a stored text, not the bill in that row.",
    "Look for stored predictions in the package, and how the program finds them, then decide."
    " `grade evidence` of this student says where the package lies and which data files its code"
    " names.",
    offence="special_rule",
    accuses=True,
)
OTHER_MODEL = Code(
    "rerun.other-model",
    Severity.WARNS,
    "The program asked for a model that is neither the one handed in nor the released one.",
    "Read the line that asks for it, and what becomes of the model, then decide.",
    offence="special_rule",
    accuses=True,
)
FULL_MODEL = Code(
    "rerun.full-model",
    Severity.WARNS,
    "What was seen points to the released model, uncompressed, as the source of predictions.",
    "Ask which weights made the file on Kaggle, then decide.",
    offence="full_model_results",
    accuses=True,
)
ASKED = Code(
    "rerun.asked",
    Severity.WARNS,
    "The program asked for the network, for files elsewhere or for other processes. It got none.",
    "Read the lines named; many libraries ask for such things by themselves.",
)
TRAINING_SKIPPED = Code(
    "rerun.training-skipped",
    Severity.NOTES,
    "The program's training was skipped, as the rules want predictions only.",
    "Set policy in [rerun] to full to run it.",
)
ENDED = Code(
    "rerun.ended",
    Severity.WARNS,
    "The program did not end well: an exit code, a signal or a limit ended it.",
    "Read the end of what it printed; raise the limit in [rerun] if that is what ended it.",
)
NO_PREDICTIONS = Code(
    "rerun.no-predictions",
    Severity.WARNS,
    "The program left no predictions that could be read for the rows it was given.",
    "Look at what it wrote, and name another program or output in reruns.csv.",
)
NOTHING_SUBMITTED = Code(
    "rerun.nothing-submitted",
    Severity.NOTES,
    "There are no submitted predictions to compare with what was made again.",
    "Name the folder of the files from Kaggle if they should be compared.",
)
SCORE = Code(
    "rerun.score",
    Severity.WARNS,
    "The predictions that were made again score otherwise than the submitted ones or than Kaggle"
    " shows.",
    "Ask which file was sent to Kaggle, and how it was made.",
)
UNSAFE = Code(
    "rerun.unsafe",
    Severity.WARNS,
    "The program ran without a sandbox, so nothing that it did was held back.",
    "Run grade doctor, mend what it names, and run again in the sandbox.",
)
CONTRACT = Code(
    "rerun.contract",
    Severity.WARNS,
    "rerun.toml can't be used, so what is run was found in another way.",
    "Write it as docs/guides/rerun-contract.md shows.",
)
HARDWARE = Code(
    "rerun.hardware",
    Severity.NOTES,
    "The run had other hardware than the program asked for, which can change a few words.",
    "Run again on a machine with a GPU if a few rows differ and that matters.",
)
