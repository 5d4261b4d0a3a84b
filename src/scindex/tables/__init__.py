"""Tables in and out: bytes -> text -> grid -> cells -> observations, and the writers."""
