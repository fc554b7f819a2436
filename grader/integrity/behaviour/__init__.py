"""How teams behave on Kaggle, and files that several submissions have in common."""
