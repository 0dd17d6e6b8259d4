"""Published versions of the city's inventory: files on the city's dataset that never change.

``sources`` tells whether what is in a version may still be read, ``making`` makes the files of the next one,
``publishing`` puts it in force, ``reading`` tells what was published, ``forgetting`` deletes what nobody may
read any more.
"""
