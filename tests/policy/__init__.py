"""The configuration: what a file may say, what holds where, and what it does to a scan."""
