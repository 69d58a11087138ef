"""What the main pages cost, as ratios to a floor measured beside them."""
