"""Programs that load data and models, honestly and not: written for these tests."""
