"""The table of the class, second half: whom something happened to."""

from __future__ import annotations

from tests.course import broken, packings
from tests.course.broken import predicting
from tests.course.contents import changed, one_over, removed, weighing
from tests.course.records import Asked, Handed, Member, OnKaggle, Person


def codes(*names: str) -> frozenset[str]:
    return frozenset(names)


# Homework 4 takes the predictions from Kaggle: a broken CSV in the zip warns and costs nothing.
PACKAGES = (
    Member(
        "9900201", "Leïla Ben Salah", "One parameter too many is left: 3,601 of 12,000.",
        (Handed(codes("ratio.over"), files=changed(weighing(one_over))),),
        (OnKaggle(("0.28800", "0.28123")),),
        verdict="rejected", penalties=(("invalid_model", 1, "remove"),),
    ),
    Member(
        "9900202", "Kofi Mensah", "A second weight file beside the pruned one, hardly pruned.",
        (Handed(codes("ratio.sets-differ"), files=changed(broken.second_weights)),),
        (OnKaggle(("0.29100", "0.28999")),), verdict="rejected",
    ),
    Member(
        "9900203", "Õnne Tamm", "The model two folders too deep, and the CSV in UTF-16.",
        (Handed(codes("package.layout", "csv.encoding"),
                files=changed(predicting(broken.utf16)), packing=packings.two_too_deep),),
        (OnKaggle(("0.17001", "0.17444")),), verdict="rejected",
    ),
    Member(
        "9900204", "蔡依庭", "The CSV in the zip is Big5.",
        (Handed(codes("csv.encoding"), files=changed(predicting(broken.big5))),),
        (OnKaggle(("0.18230", "0.18019")),),
    ),
    Member(
        "9900205", "Mateusz Żółć", "Three rows are missing in the zipped CSV.",
        (Handed(codes("csv.missing-id"), files=changed(predicting(broken.rows_missing))),),
        (OnKaggle(("0.19660", "0.19207")),),
    ),
    Member(
        "9900206", "Ayşe Yılmaz", "One ID stands twice in the zipped CSV.",
        (Handed(codes("csv.duplicate-id"), files=changed(predicting(broken.rows_twice))),),
        (OnKaggle(("0.16720", "0.16088")),),
    ),
    Member(
        "9900207", "Ólafur Jónsson", "The zipped CSV counts its rows from 1.",
        (Handed(codes("csv.shifted-id"), files=changed(predicting(broken.from_one))),),
        (OnKaggle(("0.15555", "0.15991")),),
    ),
    Member(
        "9900208", "Nguyễn Thị Hoa", "pandas wrote its row index into the zipped CSV.",
        (Handed(codes("csv.extra-column"), files=changed(predicting(broken.with_index))),),
        (OnKaggle(("0.14440", "0.14002")),),
    ),
    Member(
        "9900209", "Siobhán Ní Bhriain", "Some predictions in the zipped CSV are empty.",
        (Handed(codes("csv.empty-prediction"), files=changed(predicting(broken.some_empty))),),
        (OnKaggle(("0.13110", "0.13592")),),
    ),
    Member(
        "9900210", "Jürgen Groß", "Some predictions in the zipped CSV are the word nan.",
        (Handed(codes("csv.na-prediction"), files=changed(predicting(broken.nan_words))),),
        (OnKaggle(("0.12870", "0.12345")),),
    ),
    Member(
        "9900211", "Chloé Dupont", "No README, and a dash in the name of the team.",
        (Handed(codes("package.no-readme"), files=changed(removed("README.md"))),),
        (OnKaggle(("0.20220", "0.20777"), name="{id}-{name}"),),
        more=codes("team.form"), verdict="rejected",
    ),
    Member(
        "9900212", "Ivan Horvat", "A weight file that runs a command when it is loaded.",
        (Handed(codes("model.pickle-code"), files=changed(broken.calling_pickle)),),
        (OnKaggle(("0.24321", "0.24567")),), verdict="rejected",
    ),
    Member(
        "9900213", "Thomas Grey", "A zip bomb: 80 MB of zeros.",
        (Handed(codes("archive.bomb"), packing=packings.bomb),),
        (OnKaggle(("0.17890", "0.17333")),), verdict="rejected",
    ),
    Member(
        "9900214", "Mira Novak", "Paths that lead out of the zip, and a link to the answers.",
        (Handed(codes("archive.unsafe-path", "package.link"),
                packing=packings.climbing_and_linked),),
        (OnKaggle(("0.18111", "0.18654")),), verdict="rejected",
    ),
    Member(
        "9900215", "Ebba Åström", "A zip with a password.",
        (Handed(codes("archive.encrypted"), packing=packings.locked),),
        (OnKaggle(("0.19191", "0.19919")),), verdict="rejected",
    ),
    Member(
        "9900216", "Rui Gonçalves", "A RAR archive called .zip.",
        (Handed(codes("archive.not-a-zip"), packing=packings.rar),),
        (OnKaggle(("0.21212", "0.21121")),), verdict="rejected",
    ),
    Member(
        "9900217", "Wanjikũ Mwangi", "Half a zip: it was cut off on its way.",
        (Handed(codes("archive.damaged"), packing=packings.truncated),),
        (OnKaggle(("0.16161", "0.16616")),), verdict="rejected",
    ),
    Member(
        "9900218", "黃子軒", "A file of 0 bytes.",
        (Handed(codes("archive.not-a-zip"), packing=packings.nothing),),
        (OnKaggle(("0.15151", "0.15515")),), verdict="rejected",
    ),
    Member(
        "9900219", "Petra Svobodová", "The zip lies in another zip.",
        (Handed(codes("package.no-model", "package.no-readme", "package.no-code",
                      "package.nested-archive"), packing=packings.zipped_twice),),
        (OnKaggle(("0.14141", "0.14414")),), verdict="rejected",
    ),
    Member(
        "9900232", "Ľubica Kováčová", "File names of 900 bytes, and with a terminal's commands.",
        (Handed(codes("package.long-name", "package.bad-name"), packing=packings.strange_names),),
        (OnKaggle(("0.22112", "0.22221")),), verdict="rejected",
    ),
    Member(
        "9900233", "Đorđe Nikolić", "A CSV that is one line of 3 MB.",
        (Handed(codes("csv.column-name", "csv.extra-column"),
                files=changed(predicting(broken.giant_line))),),
        (OnKaggle(("0.13131", "0.13313")),),
    ),
    Member(
        "9900234", "Sina Faleolo", "A safetensors header of 200,000 lists in each other.",
        (Handed(codes("model.safetensors"), files=changed(broken.hostile_header)),),
        (OnKaggle(("0.23456", "0.23654")),), verdict="rejected",
    ),
)  # fmt: skip

CLASS = (
    Member(
        "9900220", "Aroha Ngata", "Eight minutes late.",
        (Handed(at="2024-05-15 00:07:00"),),
        (OnKaggle(("0.25115", "0.25551")),),
        more=codes("class.late"), verdict="rejected", penalties=(("late", 1, "remove"),),
        timing="late",
    ),
    Member(
        "9900221", "Bilguun Bat-Erdene", "Handed in before the opening, and hardly pruned.",
        (Handed(codes("ratio.over"), at="2024-04-26 22:15:00",
                files=changed(weighing(lambda kit: kit.arrays(0.9)))),),
        (OnKaggle(("0.30303", "0.30033")),),
        more=codes("class.early"), verdict="rejected",
        penalties=(("before_opening", 1, "zero"), ("invalid_model", 1, "remove")), timing="early",
    ),
    Member(
        "9900222", "Desta Hailu", "Loose files without folders, in the course site's flat form.",
        (Handed(codes("package.layout"), files=changed(broken.flattened), form="files",
                door="flat", report=None),),
        (OnKaggle(("0.12121", "0.12212")),), verdict="rejected",
    ),
    Member(
        "9900223", "Elif Demir", "Handed in nothing, but stands on Kaggle.",
        teams=(OnKaggle(("0.26262", "0.26626")),),
        later=codes("class.nothing-handed-in"), waits_for=("submission",), verdict="withheld",
        timing="nothing handed in",
    ),
    Member(
        "9900224", "Farid Mammadov", "Handed in, but isn't on Kaggle.",
        (Handed(),), later=codes("class.no-score"), waits_for=("team",), verdict="withheld",
    ),
    Member(
        "9900225", "Gita Rai", "Left the course early: neither handed in nor on Kaggle.",
        later=codes("class.nothing-handed-in", "class.no-score"), waits_for=("submission", "team"),
        verdict="withheld", timing="nothing handed in",
    ),
    Member(
        "9900226", "Hanne Bø", "The team's name is theirs, without the id.",
        (Handed(),), (OnKaggle(("0.27171", "0.27717"), name="{name}"),), (Asked("team"),),
        verdict="withheld",
    ),
    Member(
        "9900227", "Ilze Bērziņa", "The id in the team's name is nobody's.",
        (Handed(),), (OnKaggle(("0.18181", "0.18818"), name="9900888_{name}"),), (Asked("team"),),
        verdict="withheld",
    ),
    Member(
        "9900228", "Jakub Wójcik", "Two teams on Kaggle.",
        (Handed(),),
        (OnKaggle(("0.23232", "0.23323")), OnKaggle(("0.25252", "0.25525"), name="{id}_second")),
        (Asked("team", 0), Asked("team", 1)),
        verdict="withheld",
    ),
    Member(
        "9900229", "Kai Mahina", "The id in the zip's name is Lin Chen's.",
        (Handed(codes("package.other-id"), name="HW4_9900121_{name}.zip", counts=False),),
        (OnKaggle(("0.21771", "0.21177")),), (Asked("submission"),),
        verdict="withheld", timing="nothing handed in",
    ),
    Member(
        "9900230", "Łucja Nowak", "The id in the zip's name has a wrong digit.",
        (Handed(codes("package.other-id"), name="HW4_9900320_{name}.zip"),),
        (OnKaggle(("0.19339", "0.19933")),), verdict="rejected",
    ),
    Member(
        "9900231", "Måns Öberg", "Zipped the CSV of an earlier try.",
        (Handed(files=changed(broken.other_csv)),),
        (OnKaggle(("0.24646", "0.24464")),), more=codes("class.other-predictions"),
    ),
    Member(
        "9900235", "Óscar Peña", "Their time in the worksheet could be April or May.",
        (Handed(shown="05/04/24, 11:59 PM"),),
        (OnKaggle(("0.20606", "0.20066")),), (Asked("time"),),
        verdict="withheld", timing="unknown",
    ),
    Member(
        "9900236", "Quỳnh Lê", "Two different zips in one go.",
        (Handed(counts=False),
         Handed(name="HW_{id}_{name}.zip", counts=False, files=changed(removed("predict.py")))),
        (OnKaggle(("0.17117", "0.17711")),), (Asked("choice"),),
        verdict="withheld", timing="unknown",
    ),
    Member(
        "9900237", "Lin Chen", "hw4.zip, a private e-mail address, and somebody's very name.",
        (Handed(codes("package.zip-name"), name="hw4.zip", report=None, counts=False),),
        (OnKaggle(("0.16868", "0.16686")),), (Asked("submission"),),
        email="linchen{id}@example.org",
        verdict="withheld", timing="nothing handed in",
    ),
)  # fmt: skip

GUESTS = (
    Person("9900999", "Erasmus Gast", "Is not on the roster, but handed in and stands on Kaggle.",
           (Handed(),), (OnKaggle(("0.14999", "0.14777")),), (Asked("submission"), Asked("team"))),
    Person("9900998", "Neo", "A team that says nothing of whose it is.",
           teams=(OnKaggle(("0.22999", "0.22666"), name="TransformersFans 🤗"),),
           asked=(Asked("team"),)),
    Person("9900997", "Kaggle", "The course's own benchmark among the teams.",
           teams=(OnKaggle((("0.11340", "0.11340")), name="Baseline benchmark", benchmark=True),)),
)  # fmt: skip
