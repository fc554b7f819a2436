"""What `prune.py` and `predict.py` are made of: short modules, one idea each."""
