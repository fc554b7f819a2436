"""What a class comes to."""
