"""What a class has: attributes, base classes, decorators, annotations of its instances.

May import ``flow``, ``noticed``, ``values`` and ``known``."""
