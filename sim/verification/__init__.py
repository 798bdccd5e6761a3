"""The model against theory: cases with exact answers, run through the real engine."""
