"""What pytest runs around the tests: guards for several of them, and checks of their use.

Imports all rooms but the fixtures.
"""
