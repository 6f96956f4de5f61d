package org.bufferbridge.examples;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bufferbridge.BufferExporter;
import org.bufferbridge.BufferFormat;
import org.bufferbridge.BufferRequest;
import org.bufferbridge.BufferView;

/**
 * A file of any size as one buffer. What a consumer writes is in the file. Only the parts that a consumer looks at are
 * read.
 *
 * <p><b>The rule.</b> The exporter keeps no count. The bridge keeps an arena open while Python holds its memory.
 * {@link #close} is refused until the last release. So no consumer has addresses behind which the file is gone. A file
 * mapped for reading is read-only memory, and is exported as such.
 *
 * <p><b>Threads.</b> Any: the arena is shared, the view does not change.
 */
public final class MappedFile implements BufferExporter, AutoCloseable {
    private final Arena arena;
    private final BufferView items;

    private MappedFile(Arena arena, BufferView items) {
        this.arena = arena;
        this.items = items;
    }

    /**
     * Maps a file for reading and writing.
     *
     * @param format what an item of the file is, as PEP 3118 writes it: {@code d}, {@code <i},
     *               {@code T{i:id:d:x:}}
     */
    public static MappedFile open(String path, String format) throws IOException {
        return map(path, format, MapMode.READ_WRITE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Maps a file for reading. */
    public static MappedFile openReadOnly(String path, String format) throws IOException {
        return map(path, format, MapMode.READ_ONLY, StandardOpenOption.READ);
    }

    private static MappedFile map(String path, String format, MapMode mode, OpenOption... options) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel file = FileChannel.open(Path.of(path), options)) {
            MemorySegment memory = file.map(mode, 0, file.size(), arena); // stays when the channel is closed
            BufferFormat item = BufferFormat.parse(format);
            return new MappedFile(arena, BufferView.of(memory, item, memory.byteSize() / item.itemSize()));
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public BufferView getBuffer(BufferRequest request) {
        return items;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    /** Has everything that was written so far put on the disk. */
    public void force() {
        items.memory().force();
    }

    /**
     * Unmaps the file.
     *
     * @throws IllegalStateException while it is exported, or if it is closed
     */
    @Override
    public void close() {
        arena.close();
    }
}
