"""A framework held to the ten steps of the OECD/JRC Handbook: counted, graded, weak grades included."""

from scindex.audit.grades import Audit, Measure, Step, audit

__all__ = ["Audit", "Measure", "Step", "audit"]
