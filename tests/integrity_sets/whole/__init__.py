"""A class with everything in it that inspecting looks at, as a course site exports it."""
