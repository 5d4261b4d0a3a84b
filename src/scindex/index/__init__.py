"""Kernels that turn values into scores: arrays in, arrays out; they know no city."""
