"""The one plotting layer: static maps as PNG and SVG."""
