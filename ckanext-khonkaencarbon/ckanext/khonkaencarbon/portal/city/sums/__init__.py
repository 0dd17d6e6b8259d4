"""The inventory as sums in the database that follow every change of a dataset.

``contributions`` is what each dataset gives, ``choosing`` what counts of it, ``adding`` what that adds up to,
``refresh`` brings all of it to one instant, ``loading`` reads it, ``state`` says of which instant it is.
"""
