"""Pages people open: one self-contained HTML file each."""
