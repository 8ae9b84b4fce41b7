"""Making Programs shorter without changing what they answer. Owns the passes and what they must keep."""
