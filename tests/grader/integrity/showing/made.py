"""A made class with names in several scripts, and texts that mean harm to whoever shows them."""

from __future__ import annotations

from dataclasses import replace

from grader.integrity.labels import pair_label
from grader.integrity.records import (
    Cluster,
    CodeTraits,
    Fact,
    FileSeen,
    Found,
    Inspection,
    Observation,
    Pair,
    Passage,
    PredictionTraits,
    Spread,
    Traits,
    WeightTraits,
)
from grader.integrity.showing.evidence import Evidence, evidence_of, with_works
from grader.outcomes import Case, Judged, Ruling, State
from grader.records import Entrant, Student, Submission, Team
from grader.runs import Basis, Plan, Publication, Run
from tests.grader.judging.classes import HW4
from validators.findings import Code, Place, Severity
from validators.report import Fault
from validators.rules import rules_json

AT, TOLD = "2024-06-01T10:00:00+08:00", "2024-06-02T09:00:00+00:00"
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202egnp\x07&\"'"
ADA, WANG, AMAL, EVIL, LONE, AWAY = "9900101", "9900102", "9900103", "9900104", "9900105", "9900106"
_NAMES = {
    ADA: "Ada Løvelace", WANG: "王小明", AMAL: "أمل حسن", EVIL: f"Ёж {HOSTILE}", LONE: "O'Brien 😀",
}  # fmt: skip
EARLIER = "2023/HW4_9800001.zip"
ALIKE = Code("code.alike", Severity.WARNS, "m", "r", "special_rule", accuses=True)
OTHER_MODEL = Code("weights.other-model", Severity.WARNS, "m", "r", "special_rule", accuses=True)
REMEDY = (
    "In this class 10 pairs were compared; the median is 0.080, and the next pair has 0.310. It "
    "may be that both used one example from the web. Next: read the passages side by side."
)


def source(student: str) -> str:
    return f"{_NAMES[student]}_{student}/HW4_{student}.zip"


def entrant(student: str) -> Entrant:
    submission = Submission(source(student), "zip", (), bytes=2_000, digest=f"d{student}" * 8)
    team = Team(f"t{student}", f"{student}_{_NAMES[student]}")
    return Entrant(
        Student(student, _NAMES[student]), f"E-{student[::-1]}", submission, ("id",), team=team
    )


def code_of(student: str, name: str) -> tuple[str, ...]:
    """A program that all write alike, under names of their own, with their name in a comment."""
    return (
        "import torch",
        f"# {_NAMES[student]} {student} {HOSTILE}",
        f"def {name}(model, amount):",
        f"    total_{name} = 0",
        f"    for layer_{name} in model.modules():",
        "\tif isinstance(layer, torch.nn.Linear):",
        f"            total_{name} += layer_{name}.weight.numel()",
        f"    print('{student}', \"<img src=x onerror=alert(2)>\", '{'x' * 500}')",
        f"    return total_{name} * amount",
        "",
        "if __name__ == '__main__':",
        f"    {name}(None, 0.3)",
    )


LINES = {
    source(ADA): {"train.py": code_of(ADA, "count"), "README.py": ("pass",)},
    source(WANG): {"src/主程式.py": ("", "", *code_of(WANG, "zähle"))},
    source(EVIL): {f"{HOSTILE}.py": code_of(EVIL, "kill")},
    EARLIER: {"old.py": code_of(LONE, "old")},
}
CODE = Pair(
    "code", source(ADA), source(WANG), pair_label("code", source(ADA), source(WANG)),
    (("coverage", 0.934), ("shared tokens", 812.0), ("own tokens of the first", 871.0),
     ("own tokens of the second", 933.0)),
    (
        Passage("train.py", (3, 9), "src/主程式.py", (5, 11), 640),
        Passage("train.py", (11, 12), "src/主程式.py", (13, 14), 172),
    ),
    ("first", "lines", "second", "lines", "tokens", "works that have it"),
    (("train.py", "3-9", "src/主程式.py", "5-11", "640", "2"),),
)  # fmt: skip
HARMFUL = Pair(
    "code", source(EVIL), source(ADA), pair_label("code", source(EVIL), source(ADA)),
    (("coverage", 0.612), ("shared tokens", 300.0)),
    (Passage(f"{HOSTILE}.py", (1, 9), "train.py", (1, 9), 300),),
)  # fmt: skip
OLD = Pair(
    "code", EARLIER, source(LONE), pair_label("code", EARLIER, source(LONE)),
    (("coverage", 0.555),), (Passage("old.py", (1, 9), "gone.py", (90, 99), 88),),
)  # fmt: skip
TEXTS = Pair(
    "predictions", source(ADA), source(AMAL), pair_label("predictions", source(ADA), source(AMAL)),
    (("equal rows", 0.71), ("rows", 3_269.0)), headers=("row", "first", "second"),
    rows=(
        ("17", "the bill amends the tax code of 1986 to allow a credit for small employers",
         "the bill amends the tax code to let there be a credit for small employers 9900103"),
        ("18", f"{HOSTILE} written by Ada", "[nothing alike here] أمل"),
        ("19", "equal to the letter", "equal to the letter"),
    ),
)  # fmt: skip
LAYERS = Pair(
    "weights", source(WANG), source(AMAL), pair_label("weights", source(WANG), source(AMAL)),
    (("residual cosine", 0.87),), headers=("layer", "residual cosine", "values"),
    rows=(("encoder.block.0.q", "0.910", "4096"), ("decoder.<b>x", "0.210", "4096")),
)  # fmt: skip
FILES = Pair(
    "behaviour", source(AMAL), source(LONE), pair_label("behaviour", source(AMAL), source(LONE)),
    (("own files in common", 2.0),),
    headers=("kind", "file of the first", "file of the second", "bytes", "sha-256"),
    rows=(("code", "amal/mine.py", "brien/mine.py", "1,200", "e" * 64),),
)  # fmt: skip
TEAMS = Pair(
    "behaviour", source(LONE), source(EVIL), pair_label("behaviour", source(LONE), source(EVIL)),
    (("submissions of both teams", 44.0),),
    headers=("team", "name", "accounts", "submissions", "last submission"),
    rows=(("t77", "nobody's other name", "account-one", "22", "2024-05-01"),
          ("t78", "second name", "account-two", "22", "2024-05-02")),
)  # fmt: skip
PAIRS = (HARMFUL, LAYERS, CODE, TEXTS, OLD, FILES, TEAMS)
SPREADS = (
    Spread("code", "coverage", 10, 3, 0.08, 0.22, 0.31, 0.5),
    Spread("weights", "residual cosine", 6, 1, 0.02, 0.2, 0.35, 0.6),
    Spread("predictions", "equal rows", 10, 1, 0.0, 0.01, 0.12, 0.5),
)


def alike(student: str, pair: Pair, file: str) -> Found:
    message = f"93 % is alike to another submission (pair {pair.label}); looked at from 50 % on."
    finding = ALIKE.at(Place(file, 3), message, REMEDY, pair=pair.label, coverage=0.934)
    return Found(source(student), finding, (pair.label,))


FOUND = (
    alike(ADA, CODE, "train.py"),
    alike(WANG, CODE, "src/主程式.py"),
    Found(
        source(EVIL),
        OTHER_MODEL.at(Place("pruned_model"), f"nearest to {HOSTILE}.", REMEDY, nearest=HOSTILE),
    ),
)
SEEN = {
    source(ADA): Traits(
        files=(FileSeen("train.py", 400, "a" * 64), FileSeen("predictions.csv", 99, "c" * 64)),
        code=CodeTraits(("train.py",), 900),
        weights=WeightTraits(("pruned_model/model.safetensors",), "float32", (("q", 9, 9),)),
        predictions=PredictionTraits("predictions.csv", "c" * 64, 3_269),
        observations=(
            Observation(
                "dataset", "billsum/test", Place("train.py", 5),
                ((4, f"# {HOSTILE}"), (5, 'ds = load_dataset("billsum", split="test")'), (6, "")),
                "reaches training",
            ),
        ),
    ),
    source(WANG): Traits((FileSeen("src/主程式.py", 410, "b" * 64),), CodeTraits(("x",), 950)),
}  # fmt: skip
INSPECTION = Inspection(
    FOUND, PAIRS, (Cluster("code", (source(ADA), source(EVIL), source(WANG))),), SPREADS,
    (Fact(source(ADA), "rows that repeat four words", "12 %"),
     Fact(source(WANG), "rows that repeat four words", "13 %")),
    (f"the team {source(LONE)} {HOSTILE} is nobody's.",),
    ((source(ADA), Fault("fault.inspect", "train.py", "took long.")),),
)  # fmt: skip


def judged(student: str) -> Judged:
    own = entrant(student)
    rulings = {ADA: (Ruling("code.alike", "waits", "e"),),
               WANG: (Ruling("code.alike", "confirmed", "e", 3),)}.get(student, ())  # fmt: skip
    return Judged(Case(own), "accepted", (), rulings=rulings)


def run() -> Run:
    away = Judged(Case(Entrant(Student(AWAY), "E-away")), "rejected", ())
    class_ = (*map(judged, _NAMES), away)
    plan = Plan("in", rules_json(HW4), Basis("rules", "", "private", ()), ())
    published = (Publication(3, AT, "Ada", "first"),)
    return Run(3, AT, "grade in", plan, State("private", 5, class_), published)


def entrants() -> tuple[Entrant, ...]:
    state = run().state
    assert state is not None
    return tuple(each.case.entrant for each in state.judged)


def evidence(inspection: Inspection = INSPECTION) -> Evidence:
    made = evidence_of(run(), inspection, "0.9.0", TOLD)
    return with_works(made, lambda name: LINES.get(name, {}), lambda name: SEEN.get(name, Traits()))


def turned(pair: Pair) -> Pair:
    """The same pair, the other side first."""
    return replace(
        pair,
        first=pair.second,
        second=pair.first,
        passages=tuple(
            Passage(e.second_file, e.second_lines, e.first_file, e.first_lines, e.size)
            for e in pair.passages
        ),
        figures=tuple((_swapped(name), value) for name, value in pair.figures),
        headers=tuple(map(_swapped, pair.headers)),
    )


def _swapped(header: str) -> str:
    swap = {"first": "second", "second": "first"}
    return " ".join(swap.get(word, word) for word in header.split(" "))
