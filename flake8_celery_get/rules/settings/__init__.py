"""CEL7: settings without effect, and tasks that no worker imports."""
