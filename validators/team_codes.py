"""What can be wrong with a team name."""
