"""Everything that explains or checks a Program. Refuses training and the command line."""
