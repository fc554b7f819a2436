"""The table of the class, first half: who did as asked, also where it doesn't look so."""

from __future__ import annotations

import unicodedata

from grader.demo.sample import pdf_bytes
from tests.course import broken, packings
from tests.course.contents import (
    brain_floats,
    changed,
    exact_limit,
    fewer_layers,
    halves,
    many_files,
    readme,
    removed,
    signed_zeros,
    weighing,
)
from tests.course.records import Handed, Member, OnKaggle

JOSE = unicodedata.normalize("NFD", "José García")
BASELINE, TIE = "0.11340", "0.21930"

ORDINARY = (
    Member(
        "9900101", "王小明", "Handed in the same zip twice; the browser added (1) to the second.",
        (Handed(door="trailing"), Handed(name="HW4_{id}_{name} (1).zip", door="trailing")),
        (OnKaggle(("0.26112", "0.26480")),),
    ),
    Member(
        "0240310", "佐藤和子", "An id with a leading zero; a CSV without quotes, from Windows.",
        (Handed(files=changed(broken.predicting(broken.unquoted), readme("README.txt", b"Run.")),
                at="2024-04-27 00:00:00"),),
        (OnKaggle(("0.25344", "0.24871")),),
    ),
    Member(
        "9900103", JOSE, "Names in decomposed letters; safetensors and .pth of the same values.",
        (Handed(files=changed(broken.saved_twice)),),
        (OnKaggle(("0.23201", "0.23876")),),
    ),
    Member(
        "9900104", "김민준", "Half precision; scores exactly the baseline.",
        (Handed(files=changed(weighing(halves))),),
        (OnKaggle(("0.11020", BASELINE)),),
    ),
    Member(
        "9900105", "أحمد الزين", "3,600 of 12,000 parameters left: exactly the limit.",
        (Handed(files=changed(weighing(exact_limit))),),
        (OnKaggle(("0.24490", "0.24013")),),
    ),
    Member(
        "9900106", "Нина Петрова", "A torch file only, macOS's leftovers, rows in reverse.",
        (Handed(files=changed(broken.only_torch, broken.of_macos,
                              broken.predicting(broken.backwards))),),
        (OnKaggle(("0.19872", "0.20115")),),
    ),
    Member(
        "9900107", "Θάλεια Νικολάου", "Weights in two shards, Windows's leftovers.",
        (Handed(files=changed(broken.sharded, broken.of_windows)),),
        (OnKaggle(("0.18420", "0.18877")),),
    ),
    Member(
        "9900108", "Zoë d'Arc", "README in Word; a team name that colours terminals.",
        (Handed(files=changed(readme("README.docx", broken.docx(b"Run main.py.")))),),
        (OnKaggle(("0.17655", "0.17290"), name="{id}_\x1b[31mZoë\x1b[0m\u202e"),),
    ),
    Member(
        "999000109", "林雨晴", "Emoji for a name; handed in anew a minute before the end.",
        (Handed(door="attempt", at="2024-05-12 09:30:00", counts=False, report=None),
         Handed(door="attempt", at="2024-05-14 23:58:59",
                files=changed(removed("predict.py")))),
        (OnKaggle(("0.22750", "0.22418"), name="{id}_🦊🔥"),),
    ),
    Member(
        "9900110", "นภา ใจดี", "Exported without a name; bfloat16; README as PDF.",
        (Handed(files=changed(weighing(brain_floats), readme("README.pdf", pdf_bytes("Run."))),
                door="anonymous"),),
        (OnKaggle(("0.16133", "0.16540")),),
    ),
    Member(
        "999000111", "अनन्या राव", "No predictions in the zip, which is allowed; a tie.",
        (Handed(files=changed(removed("predictions.csv"))),),
        (OnKaggle(("0.22001", TIE)),),
    ),
    Member(
        "9900112", "שירה כהן", "A notebook for code, zeros with a sign; the other one of the tie.",
        (Handed(files=changed(broken.as_notebook, weighing(signed_zeros))),),
        (OnKaggle(("0.21544", TIE)),),
    ),
    Member(
        "9900113", "許功蓋", "Names in the zip as Windows in Taiwan writes them; no report.",
        (Handed(packing=packings.in_cp950, name="HW4_{id}.zip", report=None),),
        (OnKaggle(("0.20340", "0.20991")),),
    ),
    Member(
        "9900114", "Ngọc Ánh Trần", "Masks still on, in safetensors and .pth, as in the tutorial.",
        (Handed(frozenset({"model.masked"}), files=changed(broken.masked_twice)),),
        (OnKaggle(("0.24011", "0.23555")),),
    ),
    Member(
        "9900115", "Olu Adébáyọ̀", "Pruned two layers away, below the baseline; report.pdf.",
        (Handed(files=changed(fewer_layers), report="report.pdf"),),
        (OnKaggle(("0.09120", "0.08733")),),
    ),
    Member(
        "9900116", "Björk Þórsdóttir", "A collapsed model: nothing but white space is predicted.",
        (Handed(frozenset({"csv.whitespace-prediction"})),),
        (OnKaggle(("0.00000", "0.00000")),),
    ),
    Member(
        "9900117", "Li-Wei O'Neill-Chen", "5,000 small files of data in the zip.",
        (Handed(files=changed(many_files)),),
        (OnKaggle(("0.19055", "0.18602")),),
    ),
    Member(
        "9900118", "山田花子", "The files themselves instead of a zip.",
        (Handed(form="files", report=None),),
        (OnKaggle(("0.15870", "0.15123")),),
    ),
    Member(
        "9900119", "Max Beispiel", "A folder instead of a zip.",
        (Handed(frozenset({"package.wrapper"}), form="folder", report=None),),
        (OnKaggle(("0.14980", "0.15333")),),
    ),
    Member(
        "999000120", "გიორგი ბერიძე", "Zipped the folder, not its files; full-width digits.",
        (Handed(frozenset({"package.wrapper"}), packing=packings.one_too_deep),),
        (OnKaggle(("0.13301", "0.13888"), name="９９９０００１２０＿გიორგი"),),
    ),
    Member(
        "9900122", "Ana María López", "The first zip was broken, the second is good.",
        (Handed(frozenset({"archive.damaged"}), packing=packings.truncated, door="attempt",
                at="2024-05-10 18:00:00", counts=False),
         Handed(door="attempt", at="2024-05-11 07:45:10")),
        (OnKaggle(("0.25777", "0.25902")),),
    ),
    Member(
        "9900123", "Tường Vi Đặng", "Good and in time; another one came ten minutes after the end.",
        (Handed(door="attempt", at="2024-05-14 21:00:00"),
         Handed(door="attempt", at="2024-05-15 00:09:30", counts=False,
                files=changed(weighing(signed_zeros)))),
        (OnKaggle(("0.20888", "0.20404")),),
    ),
    Member(
        "9900121", "Lin Chen", "Did all as asked. Somebody else handed in under their id, somebody "
        "else has their name; neither holds them up.",
        (Handed(),),
        (OnKaggle(("0.21011", "0.21477")),),
    ),
)  # fmt: skip
