"""What readers send, and the private pages where they see what becomes of it; a file a page.

No answer from here is ever stored.
"""
