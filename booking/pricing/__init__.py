"""What a use costs: the price, the credit hours that pay for it, and what is still owed."""
