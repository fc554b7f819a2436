import pandas as pd

news = pd.read_csv("news.csv", sep=";")
news["Headline"] = news["Text"].str.replace(",", "").str.split().str[:9].str.join(" ")
news[["Item", "Headline"]].to_csv("headlines.csv", sep=";", index=False)
# Four of them I then wrote anew by hand; the README says which.
