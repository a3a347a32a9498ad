"""What a send, a signature, a canvas or an entry of a schedule carries.

May import ``classes`` and what that may."""
