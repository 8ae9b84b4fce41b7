"""Discrete search: Programs are improved by annealing their modules and refitting their votes, without torch."""
