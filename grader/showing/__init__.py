"""What the TA reads: records as lines for a terminal, and as JSON."""
