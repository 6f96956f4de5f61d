package org.bufferbridge.internal.memory;

import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * An exporter of given memory, for Java code that wants one. The library recognises this class and exports the view
 * without an upcall.
 *
 * @param owner the object that keeps the memory alive
 * @param view  the memory
 */
public record MemoryExporter(Object owner, BufferView view) implements BufferExporter {
    @Override
    public BufferView getBuffer(BufferRequest request) {
        return view;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }
}
