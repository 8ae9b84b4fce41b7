"""The passes: each a function from a Program to a shorter one, listed in `sound.py` or `search.py`."""
