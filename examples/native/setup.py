"""Builds both extensions: `python setup.py build_ext --inplace`. Needs bufferbridge, Cython and a C compiler."""

from Cython.Build import cythonize
from setuptools import Extension, setup

import bufferbridge

LIMITED = [("Py_LIMITED_API", "0x030B0000")]
extensions = [
    Extension("means", ["means.c"], define_macros=LIMITED, py_limited_api=True),
    Extension("sums", ["sums.pyx"]),
]
for extension in extensions:
    extension.include_dirs.append(bufferbridge.get_include())

setup(name="means", ext_modules=cythonize(extensions, language_level=3))
