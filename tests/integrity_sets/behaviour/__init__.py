"""Made classes on Kaggle: honest accounts over the days of a competition, and planted breaches."""
