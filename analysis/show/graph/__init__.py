"""The head dependency graph: as data (`model.py`), as DOT text, and drawn as SVG, PNG or PDF."""
