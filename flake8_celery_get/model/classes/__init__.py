"""What a class has: attributes, base classes, decorators, annotations of its instances.

May import ``flow``, ``values`` and ``known``."""
