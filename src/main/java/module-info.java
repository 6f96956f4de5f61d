/**
 * Java memory as true Python buffers, Python memory as Java views, with nothing copied.
 */
module org.bufferbridge {
    requires com.sun.jna;
    requires java.management;
    requires static jdk.jfr;
    requires static jdk.management;
    requires org.apache.commons.lang3;

    exports org.bufferbridge;

    uses org.bufferbridge.BufferExporterProvider;
}
