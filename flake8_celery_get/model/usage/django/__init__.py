"""What a project does with Django: what names mean in its functions, who receives its signals."""
