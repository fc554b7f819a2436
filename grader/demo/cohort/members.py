"""The table of the class: what each of them did, and what must come of it. No one is real.

Half of them are honest and did well, also where it doesn't look so; to some something happened;
and some broke the rules. A test holds this table against what `grade` makes of the class. Both
sides of a pair get the same finding, so whoever gave something away has it too.
"""

from __future__ import annotations

import unicodedata

from grader.demo.cohort.records import Decided, Handed, Member

JOSE = unicodedata.normalize("NFD", "José García")
PROVED = "rerun.proved"
HALVE, ZERO, REMOVE = "halve", "zero", "remove"
SAME = "the same breach as rerun.full-model"


def codes(*names: str) -> frozenset[str]:
    """The codes of findings."""
    return frozenset(names)


MEMBERS: tuple[Member, ...] = (
    # Honest, and it looks so.
    Member("9900101", "王小明", "The template as it is, with a minute of training.",
           Handed("template"),
           codes=codes(PROVED), mark="98.46"),
    Member("0240105", "佐藤美咲", "Distilled from the released model; an id that begins with 0.",
           Handed("distilled"),
           codes=codes(PROVED), mark="89.23"),

    # Honest, though it may not look so.
    Member("9900102", "Нина Петрова", "LAMP; on Kaggle a nickname in another script.",
           Handed("lamp"), team="{id}_雪の女王",
           codes=codes(PROVED), mark="86.15"),
    Member("9900103", JOSE, "Wanda; the name in decomposed letters, as macOS writes it.",
           Handed("wanda", csv="unquoted"),
           codes=codes(PROVED), mark="87.69"),
    Member("9900104", "林雨晴", "SparseGPT; handed in again a minute before the end.",
           Handed("sparsegpt", at="2026-05-14 23:58", name="HW4_{id}_{name} (1).zip"),
           codes=codes("package.zip-spelling", PROVED), mark="90.77"),
    Member("9900107", "Amara Okafor", "The template, seed 42. Ties with the next one.",
           Handed("twins"),
           codes=codes("weights.coincide", PROVED), mark="93.85"),
    Member("9900108", "김민준", "The template, seed 42 as well: the same weights, honestly.",
           Handed("twins", csv="unquoted"),
           codes=codes("weights.coincide", PROVED), mark="93.85"),
    Member("9900109", "Léa Dubois", "A notebook of her own, in the spellings of transformers 5.",
           Handed("notebook", "notebook"),
           codes=codes("rerun.reproduced"), mark="81.54"),
    Member("9900110", "नेहा शर्मा", "Samples without a seed: nobody can make her texts again.",
           Handed("sampler", "sampler"),
           codes=codes("rerun.random"), mark="80.00"),

    # Something happened to them.
    Member("9900106", "張家豪", "Pruned in equal steps; Excel made Big5 of the CSV in the zip.",
           Handed("iterative", csv="big5"),
           codes=codes("csv.encoding", "rerun.nothing-submitted"), mark="83.08"),
    Member("9900124", "Siobhán Ní Bhriain", "The CSV in the zip lacks its last three rows.",
           Handed("missing", csv="rows missing"),
           codes=codes("csv.missing-id", PROVED), mark="96.92"),
    Member("9900116", "Trần Ngọc Ánh", "The program waits for a GPU queue of the lab, for ever.",
           Handed("waiting", "waiting"),
           codes=codes("rerun.asked", "rerun.ended"), mark="84.62"),
    Member("9900114", "Björn Lindqvist", "One threshold for all layers: the model collapsed.",
           Handed("collapsed"),
           codes=codes("csv.same-prediction", "model.zero-tensor", PROVED), mark="0.00"),
    Member("9900111", "Ólafur Jónsson", "Zipped a folder in a folder, beside the README.",
           Handed("too-deep", layout="two folders deep"),
           codes=codes("package.layout", "rerun.ended"), verdict="rejected", mark="0.00"),
    Member("9900112", "Chloé Martin", "Handed in a quarter of an hour after the end.",
           Handed("late", at="2026-05-15 00:14"),
           codes=codes("class.late", PROVED), verdict="rejected",
           penalties=(("late", 1, REMOVE),), mark="0.00"),
    Member("9900113", "Ayşe Yılmaz", "2 of 8 neighbours are kept; a team name without an id.",
           Handed("pattern"), team="Sleepless in Ankara",
           codes=codes(PROVED), verdict="withheld", waits=("team 14400216",)),
    Member("9900115", "Mateusz Żółć", "Left 42 % of the parameters.",
           Handed("over"),
           codes=codes("ratio.over", PROVED), verdict="rejected",
           penalties=(("invalid_model", 1, REMOVE),), mark="0.00"),

    # They broke the rules.
    Member("9900117", "Kofi Mensah", "Sent what the released model writes, the first time.",
           Handed("halved", texts="released"), honest=False,
           decided=(Decided("rerun.full-model", "confirm", "the released model gives these texts"),
                    Decided("predictions.full-model", "dismiss", SAME)),
           codes=codes("predictions.full-model", "rerun.full-model", "rerun.score",
                       "weights.coincide"),
           penalties=(("full_model_results", 1, HALVE),), mark="50.00"),
    Member("9900118", "Ivan Horvat", "Sent what the released model writes, as in homework 3.",
           Handed("again", texts="released"), honest=False,
           decided=(Decided("rerun.full-model", "confirm", "the released model gives these texts"),
                    Decided("predictions.full-model", "dismiss", SAME)),
           codes=codes("predictions.full-model", "rerun.full-model", "rerun.score",
                       "weights.coincide"),
           verdict="rejected", penalties=(("full_model_results", 2, ZERO),), mark="0.00"),
    Member("9900119", "Giulia Conti", "Gave her weights to one and her code to another.",
           Handed("giver", "giver"), honest=False,
           decided=(Decided("weights.shared", "confirm", "gave the model away, admitted it"),
                    Decided("code.alike", "confirm", "gave the code away, admitted it")),
           codes=codes("code.alike", "weights.shared", PROVED), verdict="rejected",
           penalties=(("special_rule", 1, ZERO), ("special_rule", 2, ZERO)), mark="0.00"),
    Member("9900120", "Max Beispiel", "Her weights, a twentieth pruned away; the template's code.",
           Handed("sharer"), honest=False,
           decided=(Decided("weights.shared", "confirm", "the same model, pruned once more"),),
           codes=codes("weights.shared", PROVED), verdict="rejected",
           penalties=(("special_rule", 1, ZERO),), mark="0.00"),
    Member("9900121", "Θάλεια Νικολάου", "Her code, renamed and reordered; a model of his own.",
           Handed("copier", "copier"), honest=False,
           decided=(Decided("code.alike", "confirm", "the same code, only the names are others"),),
           codes=codes("code.alike", PROVED), verdict="rejected",
           penalties=(("special_rule", 1, ZERO),), mark="0.00"),
    Member("9900122", "Rui Gonçalves", "Looks the answers up by the bill's digest.",
           Handed("looked-up", "looked-up", texts="answers, shortened"), honest=False,
           codes=codes("rerun.looked-up"), mark="95.38", waits=("rerun.looked-up",)),
    Member("9900123", "Mallory Grey", "Code that looks for the answer key and for a way out.",
           Handed("attacker", "attacker", texts="answers"), honest=False,
           decided=(Decided("predictions.near-key", "confirm", "the answers, but for a word"),
                    Decided("rerun.differs", "dismiss", "the same breach")),
           codes=codes("predictions.near-key", "rerun.asked", "rerun.differs", "rerun.score"),
           verdict="rejected", penalties=(("special_rule", 1, ZERO),), mark="0.00"),
)  # fmt: skip
"""Everybody in the class. Two questions are left to whoever tries it: a team without an id, and
whether who looks the answers up broke a rule."""
