"""CEL9: habits worth a second look. Off by default."""
