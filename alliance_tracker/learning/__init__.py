"""What the field tells the government, and what the government answers."""
