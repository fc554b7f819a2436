for line in list(open("news.csv", encoding="utf-8"))[1:]:
    item, text = line.strip().split(";")
    print(item + ";News of the day: " + " ".join(text.split()[-5:]).rstrip("."))
