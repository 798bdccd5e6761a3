"""What the library offers to programs and notebooks."""
