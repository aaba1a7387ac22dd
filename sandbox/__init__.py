"""WeChat in a box: an imitation of the platform, as a process of its own, stricter than the platform.

It speaks only HTTP, knows nothing of the product's code, and the product cannot tell it from WeChat.
"""
