"""A set of our own making: realistic secrets and non-secrets in the forms of many languages. See `__main__.py`."""
