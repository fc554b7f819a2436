"""The layer that lies beside a student's program while it runs again: it serves local names.

These files are copied into the course folder as the package `course_layer`, and are run by the
course's interpreter in the student's own process. So they need Python 3.9 and nothing else, and
what they write down is an observation: the process can change or forge it.
"""
