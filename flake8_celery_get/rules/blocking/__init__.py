"""CEL1: reads of a result that block a task, a view or a coroutine."""
