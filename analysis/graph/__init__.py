"""Drawing a Program. Owns the graph and its layout; refuses evaluation."""
