"""The carbon map: every tonne once, in cells that add up to the city."""
