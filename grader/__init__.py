"""The TA's side: what was handed in becomes marks."""
