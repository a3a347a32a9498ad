"""What rules may ask: code evaluated to values, once for all rules.

The rooms, from the ground up; each imports only rooms that stand above it here:

- ``known``: names, options and settings of Celery, of packages beside it and of frameworks
- ``values``: what an expression can mean: a task, an app, a handle, a text, unknown
- ``flow``: what holds at one point of a run
- ``noticed``: what was noticed on the way, and what each answer depends on
- ``settings``: what configures an app, and what a setting is
- ``classes``: what attributes, base classes and decorators mean
- ``sends``: what a send, a signature or an entry of a schedule carries
- ``calls``: what calling a value gives
- ``evaluate``: expressions, statements and functions; the world of one project
- ``reach``: what leads to a wait, from which entries, and where a finding stands
- ``usage``: what code says of tasks besides handles
- ``ask``: a module's reads, tasks, apps and entries, as rules ask for them
- ``picture``: the project as plain data to be drawn"""
