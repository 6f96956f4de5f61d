/*
 * Every Java class and method that C uses, resolved once.
 *
 * Owns: global references to the classes, for the life of the process. Threads: any. One thread writes them, before any
 * other can reach the JVM through this library; afterwards they are read-only.
 */
#include "base/bb.h"

#include "runtimes/java_ids.h"

#include "runtimes/class_loader.h"
#include "runtimes/class_state.h"

bb_java_ids bb_java;

#define OBJECT "Ljava/lang/Object;"
#define STRING "Ljava/lang/String;"
#define EXPORTER "Lorg/bufferbridge/BufferExporter;"
#define HOLDING "Lorg/bufferbridge/internal/export/Holding;"
#define BLOCK "Lorg/bufferbridge/internal/memory/NativeBlock;"
#define ALLOCATION "Lorg/bufferbridge/internal/memory/NativeBlock$Allocation;"
#define GUARDED_EXPORTER "Lorg/bufferbridge/GuardedExporter;"
#define GRANTED "Lorg/bufferbridge/internal/export/Granted;"
#define VIEW "Lorg/bufferbridge/BufferView;"
#define TYPE "Lorg/bufferbridge/internal/members/JavaType;"
#define PYTHON_EXCEPTION "Lorg/bufferbridge/PythonException;"
#define MEMBER "Lorg/bufferbridge/internal/members/Member;"

static const struct {
    jclass *class;
    const char *name;
} classes[] = {
    {&bb_java.object.class, "java/lang/Object"},
    {&bb_java.export.class, "org/bufferbridge/internal/export/Export"},
    {&bb_java.holding.class, "org/bufferbridge/internal/export/Holding"},
    {&bb_java.granted.class, "org/bufferbridge/internal/export/Granted"},
    {&bb_java.pins.class, "org/bufferbridge/internal/hold/Pins"},
    {&bb_java.exportable.class, "org/bufferbridge/internal/export/Exportable"},
    {&bb_java.block.class, "org/bufferbridge/internal/memory/NativeBlock"},
    {&bb_java.type.class, "org/bufferbridge/internal/members/JavaType"},
    {&bb_java.member.class, "org/bufferbridge/internal/members/Member"},
    {&bb_java.calls.class, "org/bufferbridge/internal/calls/Calls"},
    {&bb_java.ahead.class, "org/bufferbridge/internal/calls/Ahead"},
    {&bb_java.throwables.class, "org/bufferbridge/internal/calls/Throwables"},
    {&bb_java.protocol.class, "org/bufferbridge/internal/calls/ObjectProtocol"},
    {&bb_java.tracing.class, "org/bufferbridge/internal/trace/Tracing"},
    {&bb_java.process_end.class, "org/bufferbridge/internal/host/ProcessEnd"},
    {&bb_java.carriers.class, "org/bufferbridge/internal/host/Carriers"},
    {&bb_java.integer.class, "java/lang/Integer"},
    {&bb_java.string.class, "java/lang/String"},
    {&bb_java.texts.class, "org/bufferbridge/internal/values/Texts"},
    {&bb_java.runnable.class, "java/lang/Runnable"},
    {&bb_java.python_calls.class, "org/bufferbridge/internal/jni/PythonCalls"},
    {&bb_java.conversion.class, "org/bufferbridge/internal/values/Conversion"},
    {&bb_java.native_access.class, "org/bufferbridge/internal/objects/NativeAccess"},
    {&bb_java.python_exception.class, "org/bufferbridge/PythonException"},
};

static const struct {
    bb_method *method;
    jclass *class;
    bool is_static;
    const char *name;
    const char *signature;
} methods[] = {
    {&bb_java.export.open, &bb_java.export.class, true, "open", "(" EXPORTER ")I"},
    {&bb_java.export.dispose, &bb_java.export.class, true, "dispose", "(I)V"},
    {&bb_java.export.acquire, &bb_java.export.class, true, "acquire", "(IIJI)I"},
    {&bb_java.export.describe, &bb_java.export.class, true, "describe", "(IJ)V"},
    {&bb_java.export.heap_array, &bb_java.export.class, true, "heapArray", "(I)" OBJECT},
    {&bb_java.export.view, &bb_java.export.class, true, "view", "(I)" VIEW},
    {&bb_java.export.release, &bb_java.export.class, true, "release", "(I)I"},
    {&bb_java.export.take_thrown, &bb_java.export.class, true, "takeThrown", "(I)Ljava/lang/Throwable;"},
    {&bb_java.export.may_block, &bb_java.export.class, true, "mayBlock", "(" EXPORTER ")Z"},
    {&bb_java.holding.open, &bb_java.holding.class, true, "open", "(" OBJECT "JJI)" HOLDING},
    {&bb_java.holding.describe, &bb_java.holding.class, false, "describe", "(J)V"},
    {&bb_java.holding.heap_array, &bb_java.holding.class, false, "heapArray", "()" OBJECT},
    {&bb_java.holding.close, &bb_java.holding.class, false, "close", "()Z"},
    {&bb_java.holding.finish, &bb_java.holding.class, false, "finish", "()V"},
    {&bb_java.granted.grant, &bb_java.granted.class, true, "grant", "(" GUARDED_EXPORTER "IJ)" GRANTED},
    {&bb_java.pins.byte_size, &bb_java.pins.class, true, "byteSize", "(" OBJECT ")J"},
    {&bb_java.pins.refuse, &bb_java.pins.class, true, "refuse", "(" OBJECT "JJJ)V"},
    {&bb_java.exportable.kind, &bb_java.exportable.class, true, "kind", "(Ljava/lang/Class;)I"},
    {&bb_java.exportable.exporter_of, &bb_java.exportable.class, true, "exporterOf", "(" OBJECT ")" EXPORTER},
    {&bb_java.block.allocate, &bb_java.block.class, true, "allocate", "(" STRING "[J)" ALLOCATION},
    {&bb_java.block.copy_of, &bb_java.block.class, true, "copyOf", "(" OBJECT ")" ALLOCATION},
    {&bb_java.block.block_of, &bb_java.block.class, true, "blockOf", "(" ALLOCATION ")" BLOCK},
    {&bb_java.block.view_of, &bb_java.block.class, true, "viewOf", "(" ALLOCATION ")" VIEW},
    {&bb_java.block.vacate, &bb_java.block.class, false, "vacate", "()V"},
    {&bb_java.block.run, &bb_java.block.class, false, "run", "()V"},
    {&bb_java.type.find, &bb_java.type.class, true, "find", "(" OBJECT ")" TYPE},
    {&bb_java.type.internal, &bb_java.type.class, true, "internal", "(" STRING ")" TYPE},
    {&bb_java.type.of, &bb_java.type.class, true, "of", "(" OBJECT ")" TYPE},
    {&bb_java.type.id, &bb_java.type.class, false, "id", "()I"},
    {&bb_java.type.stays, &bb_java.type.class, false, "stays", "()Z"},
    {&bb_java.type.name, &bb_java.type.class, false, "name", "()" STRING},
    {&bb_java.type.type, &bb_java.type.class, false, "type", "()Ljava/lang/Class;"},
    {&bb_java.type.member, &bb_java.type.class, false, "member", "(" STRING "Z)" MEMBER},
    {&bb_java.type.member_names, &bb_java.type.class, false, "memberNames", "(Z)[" STRING},
    {&bb_java.type.obstacle, &bb_java.type.class, false, "obstacle", "(" STRING ")" STRING},
    {&bb_java.type.constructors, &bb_java.type.class, false, "constructors", "()" MEMBER},
    {&bb_java.type.protocols, &bb_java.type.class, false, "protocols", "()I"},
    {&bb_java.member.kind, &bb_java.member.class, false, "kind", "()I"},
    {&bb_java.calls.invoke, &bb_java.calls.class, true, "invoke", "(" MEMBER OBJECT "JI[" OBJECT ")" OBJECT},
    {&bb_java.calls.get_field, &bb_java.calls.class, true, "getField", "(" MEMBER OBJECT "J)" OBJECT},
    {&bb_java.calls.set_field, &bb_java.calls.class, true, "setField", "(" MEMBER OBJECT "J[" OBJECT ")V"},
    {&bb_java.calls.set_item, &bb_java.calls.class, true, "setItem", "(" OBJECT "IJ[" OBJECT ")V"},
    {&bb_java.calls.direct_traits, &bb_java.calls.class, true, "directTraits", "(" MEMBER ")I"},
    {&bb_java.calls.direct_field, &bb_java.calls.class, true, "directField", "(" MEMBER ")Ljava/lang/reflect/Field;"},
    {&bb_java.calls.direct_holder, &bb_java.calls.class, true, "directHolder", "(" MEMBER ")Ljava/lang/Class;"},
    {&bb_java.calls.nested_type, &bb_java.calls.class, true, "nestedType", "(" MEMBER ")" TYPE},
    {&bb_java.ahead.fetch, &bb_java.ahead.class, true, "fetch", "(" OBJECT "JI)[" OBJECT},
    {&bb_java.throwables.describe, &bb_java.throwables.class, true, "describe", "(Ljava/lang/Throwable;)[" OBJECT},
    {&bb_java.protocol.text, &bb_java.protocol.class, true, "text", "(" OBJECT ")" STRING},
    {&bb_java.protocol.equal, &bb_java.protocol.class, true, "equal", "(" OBJECT OBJECT ")Z"},
    {&bb_java.protocol.compare, &bb_java.protocol.class, true, "compare", "(" OBJECT OBJECT ")I"},
    {&bb_java.protocol.hash, &bb_java.protocol.class, true, "hash", "(" OBJECT ")I"},
    {&bb_java.protocol.is_instance, &bb_java.protocol.class, true, "isInstance", "(" TYPE OBJECT ")Z"},
    {&bb_java.protocol.close, &bb_java.protocol.class, true, "close", "(" OBJECT ")V"},
    {&bb_java.tracing.begin, &bb_java.tracing.class, true, "begin", "()V"},
    {&bb_java.tracing.place, &bb_java.tracing.class, true, "place", "()" STRING},
    {&bb_java.tracing.exported, &bb_java.tracing.class, true, "exported", "(" OBJECT "IJ)V"},
    {&bb_java.tracing.released, &bb_java.tracing.class, true, "released", "(" OBJECT "IJJ)V"},
    {&bb_java.tracing.refused, &bb_java.tracing.class, true, "refused", "(" STRING "I" STRING ")V"},
    {&bb_java.tracing.lease_leaked, &bb_java.tracing.class, true, "leaseLeaked",
     "(" STRING "IJJ" STRING STRING STRING ")V"},
    {&bb_java.process_end.arm, &bb_java.process_end.class, true, "arm", "(Z)V"},
    {&bb_java.process_end.run_hooks, &bb_java.process_end.class, true, "runHooks", "()Z"},
    {&bb_java.process_end.halt, &bb_java.process_end.class, true, "halt", "()V"},
    {&bb_java.carriers.is_carrier, &bb_java.carriers.class, true, "isCarrier", "()Z"},
    {&bb_java.carriers.begin, &bb_java.carriers.class, true, "begin", "()" OBJECT},
    {&bb_java.carriers.end, &bb_java.carriers.class, true, "end", "(" OBJECT ")V"},
    {&bb_java.integer.int_value, &bb_java.integer.class, false, "intValue", "()I"},
    {&bb_java.texts.of_latin, &bb_java.texts.class, true, "ofLatin", "([B)" STRING},
    {&bb_java.texts.latin, &bb_java.texts.class, true, "latin", "(" STRING ")[B"},
    {&bb_java.runnable.run, &bb_java.runnable.class, false, "run", "()V"},
    {&bb_java.conversion.convert, &bb_java.conversion.class, true, "convert", "(Ljava/lang/Class;J[" OBJECT ")" OBJECT},
    {&bb_java.conversion.result, &bb_java.conversion.class, true, "result", "(" OBJECT "J[" OBJECT ")" OBJECT},
    {&bb_java.native_access.exporter, &bb_java.native_access.class, true, "exporter", "(" OBJECT ")" OBJECT},
    {&bb_java.native_access.lease, &bb_java.native_access.class, true, "lease", "(J)Lorg/bufferbridge/PythonBuffer;"},
    {&bb_java.native_access.close, &bb_java.native_access.class, true, "close", "(" OBJECT ")V"},
    {&bb_java.python_exception.of, &bb_java.python_exception.class, true, "of",
     "(" STRING STRING "[" STRING "Ljava/lang/Throwable;ZZJ)" PYTHON_EXCEPTION},
    {&bb_java.python_exception.refusal, &bb_java.python_exception.class, true, "refusal",
     "(" PYTHON_EXCEPTION ")Lorg/bufferbridge/BufferException;"},
    {&bb_java.python_exception.new_reference, &bb_java.python_exception.class, false, "newReference", "()J"},
    {&bb_java.python_exception.java_frames, &bb_java.python_exception.class, false, "javaFrames", "()" STRING},
};

static int missing(JNIEnv *env, const char *kind, const char *name, const char *signature)
{
    (*env)->ExceptionDescribe(env);
    (*env)->ExceptionClear(env);
    PyErr_Format(PyExc_RuntimeError,
                 "the JVM has no %s %s%s: the bufferbridge jar on its class path is absent or of "
                 "another version than this native library",
                 kind, name, signature);
    return -1;
}

static int load_class(JNIEnv *env, jclass *class, const char *name)
{
    if (*class != NULL) {
        return 0; /* an earlier start loaded it and failed later */
    }
    jclass local = bb_find_class(env, name);
    if (local == NULL) {
        return missing(env, "class", name, "");
    }
    *class = (*env)->NewGlobalRef(env, local);
    (*env)->DeleteLocalRef(env, local);
    if (*class == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

int bb_java_ids_load(JNIEnv *env)
{
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (load_class(env, classes[i].class, classes[i].name) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (!bb_find_method(env, methods[i].method, *methods[i].class, methods[i].is_static, methods[i].name,
                            methods[i].signature)) {
            return missing(env, "method", methods[i].name, methods[i].signature);
        }
    }
    bb_class_state_load(env);
    return 0;
}
