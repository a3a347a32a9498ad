"""What code says of tasks besides handles: when they are due, how they are named and sent."""
