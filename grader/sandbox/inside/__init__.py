"""Programs of ours that run inside: shown there as files, never imported by the launcher."""
