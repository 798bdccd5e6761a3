"""How the transit side may behave: a fixed, descriptive library, sampled and never optimised."""
