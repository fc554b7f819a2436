"""Courses made up to try things on."""
