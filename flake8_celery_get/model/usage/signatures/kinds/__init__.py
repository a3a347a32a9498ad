"""Kinds of values that JSON can't serialize.

May import everything that its folder may, but nothing of its folder."""
