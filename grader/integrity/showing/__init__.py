"""Telling what inspecting a class has shown: on a terminal, as pages, as JSON; whole or hidden.

What a reader must not see is taken out of the records (`hiding`, `student`) before anything is
drawn, so that no way of showing can forget it.
"""
