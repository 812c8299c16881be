"""Lots and their stages, codes and labels, and the origin page behind every label."""
