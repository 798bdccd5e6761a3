"""What charts and tables compute from stored results before anything is drawn."""
