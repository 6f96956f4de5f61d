package org.bufferbridge.internal.classes;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The members that a class file lists. Unlike reflection it loads no class that they name. A missing class therefore
 * hides only the members that name it.
 *
 * <p>Follows chapter 4 of the Java Virtual Machine Specification. It reads the attribute {@code InnerClasses},
 * and those with the names of parameters. Immutable.
 */
public final class ClassFile {
    private static final int MAGIC = 0xCAFEBABE;

    /**
     * A field or a method; {@code access} is the value in the file. The variables have the names of the local variables
     * by their index, of which the first are the parameters. Without debug information there are none.
     */
    record Entry(int access, String name, String descriptor, Map<Integer, String> variables) {}

    /** A nested class, by its binary name. */
    record Inner(String binaryName, String simpleName) {}

    final List<Entry> fields = new ArrayList<>();
    final List<Entry> methods = new ArrayList<>();
    final List<Inner> inner = new ArrayList<>();

    private final DataInputStream in;
    private Object[] pool;
    private String ownName;

    private ClassFile(DataInputStream in) throws IOException {
        this.in = in;
        read();
    }

    /**
     * Reads the file of a class.
     *
     * @return null if no file of the class can be found or read: for example, it was made at run time
     */
    static ClassFile of(Class<?> type) {
        String name = type.getName();
        String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
        try (InputStream bytes = type.getResourceAsStream(file)) {
            return bytes == null ? null : new ClassFile(new DataInputStream(bytes));
        } catch (IOException | RuntimeException unreadable) {
            return null;
        }
    }

    /**
     * The names of the parameters of a method.
     *
     * @param name as in the file
     * @param types its raw types
     * @return null if the file has no such names
     */
    String[] parameters(String name, MethodType types) {
        for (Entry entry : methods) {
            if (entry.name.equals(name) && entry.descriptor.equals(types.descriptorString())) {
                String[] names = new String[types.parameterCount()];
                int index = Modifier.isStatic(entry.access) ? 0 : 1;
                for (int i = 0; i < names.length; i++) {
                    names[i] = entry.variables.get(index);
                    if (names[i] == null) {
                        return null;
                    }
                    Class<?> type = types.parameterType(i);
                    index += type == long.class || type == double.class ? 2 : 1;
                }
                return names;
            }
        }
        return null;
    }

    private void read() throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("no class file");
        }
        in.skipNBytes(4); // its version
        readPool();
        in.skipNBytes(2); // the class's access
        ownName = className(in.readUnsignedShort());
        in.skipNBytes(2); // its superclass
        in.skipNBytes(2L * in.readUnsignedShort());
        readEntries(fields);
        readEntries(methods);
        readAttributes("InnerClasses", this::readInner);
    }

    private void readPool() throws IOException {
        pool = new Object[in.readUnsignedShort()];
        for (int i = 1; i < pool.length; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> pool[i] = in.readUTF();
                case 7 -> pool[i] = in.readUnsignedShort(); // a class: the index of its name
                case 8, 16, 19, 20 -> in.skipNBytes(2);
                case 15 -> in.skipNBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++; // a long or a double counts twice
                }
                default -> throw new IOException("constant " + i + " has the unknown tag " + tag);
            }
        }
    }

    private void readEntries(List<Entry> entries) throws IOException {
        for (int count = in.readUnsignedShort(); count > 0; count--) {
            int access = in.readUnsignedShort();
            String name = text(in.readUnsignedShort());
            Entry entry = new Entry(access, name, text(in.readUnsignedShort()), new HashMap<>());
            entries.add(entry);
            readAttributes("Code", () -> readCode(entry.variables()));
        }
    }

    private interface Reader {
        void read() throws IOException;
    }

    /** Has one attribute read, and skips the others. */
    private void readAttributes(String wanted, Reader reader) throws IOException {
        for (int count = in.readUnsignedShort(); count > 0; count--) {
            String attribute = text(in.readUnsignedShort());
            long byteSize = Integer.toUnsignedLong(in.readInt());
            if (attribute.equals(wanted)) {
                reader.read();
            } else {
                in.skipNBytes(byteSize);
            }
        }
    }

    private void readCode(Map<Integer, String> variables) throws IOException {
        in.skipNBytes(4); // the sizes of its stack and its variables
        in.skipNBytes(Integer.toUnsignedLong(in.readInt()));
        in.skipNBytes(8L * in.readUnsignedShort()); // its handlers
        readAttributes("LocalVariableTable", () -> readVariables(variables));
    }

    /** The variables that have a value from the first instruction on. */
    private void readVariables(Map<Integer, String> variables) throws IOException {
        for (int count = in.readUnsignedShort(); count > 0; count--) {
            boolean isParameter = in.readUnsignedShort() == 0;
            in.skipNBytes(2);
            String name = text(in.readUnsignedShort());
            in.skipNBytes(2);
            int index = in.readUnsignedShort();
            if (isParameter) {
                variables.put(index, name);
            }
        }
    }

    private void readInner() throws IOException {
        for (int count = in.readUnsignedShort(); count > 0; count--) {
            int type = in.readUnsignedShort();
            int outer = in.readUnsignedShort();
            int name = in.readUnsignedShort();
            in.skipNBytes(2);
            if (outer != 0 && name != 0 && className(outer).equals(ownName)) {
                inner.add(new Inner(className(type).replace('/', '.'), text(name)));
            }
        }
    }

    private String text(int index) {
        return (String) pool[index];
    }

    private String className(int index) {
        return text((Integer) pool[index]);
    }
}
