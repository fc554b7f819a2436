"""Predictions compared: with each other, with the released model's, with bills and answers."""
