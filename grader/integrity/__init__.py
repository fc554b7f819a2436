"""Inspecting a class: what submissions have in common, where models come from, what code loads.

Everything here gives observations. What accuses a person waits for the TA.
"""
