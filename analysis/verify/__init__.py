"""Comparing two things that give labels on every input, or on as many as there is time for."""
