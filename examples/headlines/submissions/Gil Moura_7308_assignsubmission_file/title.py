# my own headline program

import csv
from collections import Counter

STOP = set("a an the of to in on at for with and that which its it is was are were will".split())


def importance(texts):
    freq = Counter(word for text in texts for word in set(text.lower().split()))
    return {word: 1 / number for word, number in freq.items()}


def make_title(text, importances, most=8):
    title, score = "", -1.0
    for sentence in text.split(". "):
        tokens = [word.strip(",.") for word in sentence.split()]
        left = [word for word in tokens if word.lower() not in STOP][:most]
        total = sum(importances.get(word.lower(), 0) for word in left) / max(1, len(left))
        if total > score:
            title, score = " ".join(left), total
    return title.capitalize()


with open("news.csv", encoding="utf-8", newline="") as handle:
    news = list(csv.DictReader(handle, delimiter=";"))
importances = importance([item["Text"] for item in news])
with open("headlines.csv", "w", encoding="utf-8", newline="") as out:
    rows = csv.writer(out, delimiter=";")
    rows.writerow(["Item", "Headline"])
    for item in news:
        rows.writerow([item["Item"], make_title(item["Text"], importances)])
