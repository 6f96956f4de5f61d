"""A program that starts the JVM and may fail, again and again."""

from __future__ import annotations

from support.places import TEST_CLASSES

AGAIN = f"""
    import bufferbridge as bb

    def fails(options, words):
        try:
            bb.start(classpath=[{str(TEST_CLASSES)!r}], options=options)
        except RuntimeError as error:
            assert words in str(error) and str(options) in str(error), error
            assert "Picked up JAVA_TOOL_OPTIONS: \\n" not in str(error), error
            assert not bb.is_running()
        else:
            raise AssertionError(options)

    def starts(options=()):
        bb.start(classpath=[{str(TEST_CLASSES)!r}], options=options)
        memories = bb.jclass("org.bufferbridge.fixtures.memory.Memories")
        loader = bb.jclass("java.lang.ClassLoader").getSystemClassLoader()
        assert loader.loadClass("org.bufferbridge.fixtures.memory.Memories").getName() == memories.__name__
        path = bb.jclass("java.lang.System").getProperty("java.class.path")
        assert {str(TEST_CLASSES)!r} in path.split(":"), path
        view = memoryview(bb.empty(3)); view[1] = 7; view.release()
        print("started")
"""
