"""Lineage of models, and weights that two of them share: both from samples of the weights."""
