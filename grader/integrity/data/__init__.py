"""Which data and models a student's code loads, and what becomes of them, without running it."""
