from pathlib import Path

lines = Path("news.csv").read_text(encoding="utf-8").splitlines()[1:]
short = []
for line in lines:
    item, _, text = line.partition(";")
    short.append(item + ";" + " ".join(text.replace(",", "").split()[:8]))
Path("headlines.csv").write_text("Item;Headline\n" + "\n".join(short) + "\n", encoding="utf-8")
