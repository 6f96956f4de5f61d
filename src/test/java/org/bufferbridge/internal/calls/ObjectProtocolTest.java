package org.bufferbridge.internal.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.bufferbridge.internal.members.JavaType;
import org.junit.jupiter.api.Test;

class ObjectProtocolTest {
    @Test
    void textIsToString() {
        assertEquals("[1]", ObjectProtocol.text(List.of(1)));
    }

    @Test
    void textIsNeverNull() {
        Object nameless = new Object() {
            @Override
            public String toString() {
                return null;
            }
        };
        assertEquals("null", ObjectProtocol.text(nameless));
        assertEquals("null", ObjectProtocol.text(null));
    }

    @Test
    void equalObjectsAreEqualAndHashAlike() {
        assertTrue(ObjectProtocol.equal(List.of(1), new ArrayList<>(List.of(1))));
        assertEquals(ObjectProtocol.hash(List.of(1)), ObjectProtocol.hash(new ArrayList<>(List.of(1))));
        assertFalse(ObjectProtocol.equal(List.of(1), Set.of(1)));
        assertFalse(ObjectProtocol.equal(List.of(1), null));
        assertFalse(ObjectProtocol.equal(null, List.of(1)));
    }

    @Test
    void sameIsIdentity() {
        Object object = new ArrayList<>();
        assertTrue(ObjectProtocol.same(object, object));
        assertFalse(ObjectProtocol.same(object, new ArrayList<>()));
    }

    @Test
    void instanceIsOfItsSupertypesOnly() {
        assertTrue(ObjectProtocol.isInstance(JavaType.ofClass(Collection.class), List.of()));
        assertFalse(ObjectProtocol.isInstance(JavaType.ofClass(Set.class), List.of()));
        assertFalse(ObjectProtocol.isInstance(JavaType.ofClass(Object.class), null));
    }

    @Test
    void closeablesAreClosed() throws Exception {
        List<String> closed = new ArrayList<>();
        AutoCloseable closeable = () -> closed.add("closed");
        ObjectProtocol.close(closeable);
        assertEquals(List.of("closed"), closed);
    }

    @Test
    void closingOthersDoesNothing() throws Exception {
        ObjectProtocol.close("x");
    }

    @Test
    void exceptionOfCloseIsThrownAsItIs() {
        IOException thrown = new IOException();
        AutoCloseable closeable = () -> {
            throw thrown;
        };
        assertSame(thrown, assertThrows(IOException.class, () -> ObjectProtocol.close(closeable)));
    }
}
