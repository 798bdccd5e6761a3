"""What the receiving state may decide: observations in, orders out."""
