package org.bufferbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A public class that is written in layers shows their methods as its own, to reflection too. */
class LayersTest {
    @ParameterizedTest
    @ValueSource(classes = {BufferFormat.class, PythonObject.class})
    void reflectionReachesEachMethodInThePublicClass(Class<?> type) throws Exception {
        Set<String> ofLayers = new TreeSet<>();
        for (Class<?> layer = type.getSuperclass(); layer != Object.class; layer = layer.getSuperclass()) {
            for (Method method : layer.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())) {
                    ofLayers.add(method.getName());
                    Method shown = type.getMethod(method.getName(), method.getParameterTypes());
                    assertEquals(type, shown.getDeclaringClass(), method::toString);
                }
            }
        }
        assertTrue(ofLayers.size() > 5, ofLayers::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"slice", "at", "transpose", "reshape", "field", "real", "asReadOnly", "shape", "strides"})
    void reflectionReachesTheMethodsOfAView(String name) {
        for (Method method : BufferView.class.getMethods()) {
            if (method.getName().equals(name)) {
                assertEquals(BufferView.class, method.getDeclaringClass(), method::toString);
            }
        }
    }
}
