"""Everything that measures, checks, shortens, explains, compares or shows a Program."""
