"""What a run goes by: the command line, else pyproject.toml, else the defaults."""
