"""What `check-submission init` copies; nothing of it is imported from here."""
