"""scindex: validated indicators and honest scores for smart sustainable cities."""

__version__ = "0.1.0"
