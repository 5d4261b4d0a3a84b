"""What a terminal shows: plain text, padded by display width, safe for any terminal."""
