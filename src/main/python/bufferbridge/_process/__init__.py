"""The process and its JVM: finding, starting, joining and ending it; a Python that Java started; signals."""
