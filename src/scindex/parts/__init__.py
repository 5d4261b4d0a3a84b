"""Part-wise runs: one pure function for each part, on this machine or on many."""
