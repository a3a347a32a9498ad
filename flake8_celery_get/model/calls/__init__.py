"""What calling a value gives: a built-in, a task's method, a handle's, code that nobody has read.

May import ``sends`` and what that may. Functions of the project are called by ``evaluate``."""
