"""Made-up predictions of a class: honest ones of many recipes, and breaches of known kinds."""
