"""Headlines: the sentence that says most, cut to the words that carry it."""

import csv
from collections import Counter

SMALL = set("a an the of to in on at for with and that which its it is was are were will".split())


def weigh(texts):
    counted = Counter(word for text in texts for word in set(text.lower().split()))
    return {word: 1 / number for word, number in counted.items()}


def shorten(text, weights, most=8):
    best, mark = "", -1.0
    for sentence in text.split(". "):
        words = [word.strip(",.") for word in sentence.split()]
        kept = [word for word in words if word.lower() not in SMALL][:most]
        total = sum(weights.get(word.lower(), 0) for word in kept) / max(1, len(kept))
        if total > mark:
            best, mark = " ".join(kept), total
    return best.capitalize()


with open("news.csv", encoding="utf-8", newline="") as source:
    items = list(csv.DictReader(source, delimiter=";"))
weights = weigh([item["Text"] for item in items])
with open("headlines.csv", "w", encoding="utf-8", newline="") as target:
    rows = csv.writer(target, delimiter=";")
    rows.writerow(["Item", "Headline"])
    for item in items:
        rows.writerow([item["Item"], shorten(item["Text"], weights)])
