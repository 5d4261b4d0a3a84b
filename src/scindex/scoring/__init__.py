"""Observations in, scores out: the steps of the OECD/JRC Handbook in their order."""

from scindex.scoring.pipeline import Scores, score

__all__ = ["Scores", "score"]
