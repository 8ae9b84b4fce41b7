"""Making Programs shorter without changing what they answer: `simplify.py` is the way in, `passes/` has the rewritings."""
