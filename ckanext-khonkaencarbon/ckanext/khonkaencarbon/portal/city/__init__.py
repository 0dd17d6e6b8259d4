"""The city: its settings, which datasets count, the roll-up of their lines, and what it decided about them.

The pure half is ``footprint.inventory``; this one feeds it from PostgreSQL and keeps what is shown in one
consistent instant. Nothing that is not public at that instant is in it.
"""
