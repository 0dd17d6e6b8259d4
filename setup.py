"""Where the code lies: three folders of the repository become one package.

Everything else about the distribution is in pyproject.toml.
"""

from setuptools import find_packages, setup

ROOT = "ckanext-khonkaencarbon"
PACKAGE = "ckanext.khonkaencarbon"

setup(
    packages=[
        *(f"ckanext.{name}" for name in find_packages(f"{ROOT}/ckanext")),
        f"{PACKAGE}.schemas",
        f"{PACKAGE}.config",
    ],
    package_dir={
        "": ROOT,
        f"{PACKAGE}.schemas": "schemas",
        f"{PACKAGE}.config": "config",
    },
    message_extractors={
        ROOT: [
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("**/templates/**.html", "ckan", None),
        ],
    },
)
