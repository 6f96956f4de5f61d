/* Every Java class, method and field that C uses, resolved once. */
#ifndef BB_JAVA_IDS_H
#define BB_JAVA_IDS_H

#include <jni.h>

/* Global references and IDs; valid once bb_java_ids_load() has succeeded, for good. */
typedef struct bb_java_ids {
    struct {
        jclass class;
    } object;
    struct {
        jclass class;
        jmethodID open;        /* static (BufferExporter): int, the number of a free Export */
        jmethodID dispose;     /* static (int number): void */
        jmethodID acquire;     /* static (int number, int flags, long block, int capacity): int */
        jmethodID describe;    /* static (int number, long block): void */
        jmethodID heap_array;  /* static (int number): Object, an array of primitives or null */
        jmethodID release;     /* static (int number): int */
        jmethodID take_thrown; /* static (int number): Throwable */
        jmethodID may_block;   /* static (BufferExporter): boolean */
    } export;
    struct {
        jclass class;
        jmethodID open;       /* static (Object, long count, long block, int capacity): Holding */
        jmethodID describe;   /* (long block): void */
        jmethodID heap_array; /* (): Object, an array of primitives or null */
        jmethodID close;      /* (): void */
    } holding;
    struct {
        jclass class;
        jmethodID byte_size; /* static (Object array): long */
        jmethodID refuse;    /* static (Object array, long arrays, long regions, long bytes): void, throws */
    } pins;
    struct {
        jclass class;
        jmethodID kind;        /* static (Class): int */
        jmethodID exporter_of; /* static (Object): BufferExporter */
    } exportable;
    struct {
        jclass class;
        jmethodID allocate; /* static (String, long[]): Allocation */
        jmethodID copy_of;  /* static (Object): Allocation */
        jmethodID block_of; /* static (Allocation): NativeBlock */
        jmethodID view_of;  /* static (Allocation): BufferView */
        jmethodID run;      /* (): void; frees the memory, once */
    } block;
    struct {
        jclass class;
        jmethodID find;         /* static (Object name or class): JavaType */
        jmethodID of;           /* static (Object): JavaType */
        jmethodID id;           /* (): int */
        jmethodID name;         /* (): String */
        jmethodID type;         /* (): Class */
        jmethodID member;       /* (String, boolean isStatic): Member or null */
        jmethodID member_names; /* (boolean isStatic): String[] */
        jmethodID obstacle;     /* (String): String, or null */
        jmethodID constructors; /* (): Member */
    } type;
    struct {
        jclass class;
        jmethodID kind; /* (): int */
    } member;
    struct {
        jclass class;
        jmethodID invoke;      /* static (Member, Object self, long slots, int count, Object[]): Object */
        jmethodID get_field;   /* static (Member, Object self, long slots): Object */
        jmethodID set_field;   /* static (Member, Object self, long slots, Object[]): void */
        jmethodID nested_type; /* static (Member): JavaType */
    } calls;
    struct {
        jclass class;
        jmethodID describe; /* static (Throwable): Object[]{Integer, String, String, String, Throwable} */
    } throwables;
    struct {
        jclass class;
        jmethodID begin;        /* static (): void; once the native methods are bound */
        jmethodID java_stack;   /* static (): String, or null where no Java code leads here */
        jmethodID exported;     /* static (Object exporter, int flags, long bytes): void */
        jmethodID released;     /* static (Object exporter, int flags, long bytes, long heldNanos): void */
        jmethodID refused;      /* static (String owner, int flags, String reason): void */
        jmethodID lease_leaked; /* static (String owner, int flags, long bytes, long since, String thread,
                                   String pythonStack, String javaStack): void */
    } tracing;
    struct {
        jclass class;
        jmethodID text;        /* static (Object): String */
        jmethodID equal;       /* static (Object, Object): boolean */
        jmethodID hash;        /* static (Object): int */
        jmethodID is_instance; /* static (JavaType, Object): boolean */
        jmethodID close;       /* static (Object): void; nothing for what is not AutoCloseable */
    } protocol;
    struct {
        jclass class;
        jmethodID arm;       /* static (boolean isOwnJvm): void */
        jmethodID run_hooks; /* static (): boolean, whether they have finished */
        jmethodID halt;      /* static (): void, does not return */
    } process_end;
    struct {
        jclass class;
        jmethodID is_carrier; /* static (): boolean, of this thread */
        jmethodID begin;      /* static (): Object */
        jmethodID end;        /* static (Object): void */
    } carriers;
    struct {
        jclass class;
        jmethodID int_value; /* (): int */
    } integer;
    struct {
        jclass class;
    } string;
    struct {
        jclass class;
        jmethodID run; /* (): void */
    } runnable;
    struct {
        jclass class;
    } python_calls;
    struct {
        jclass class;
        jmethodID convert; /* static (Class, long slot, Object[]): Object */
    } conversion;
    struct {
        jclass class;
        jmethodID of;            /* static (String type, String message, String[] frames,
                                    Throwable cause, long exception): PythonException; takes the reference */
        jmethodID refusal;       /* static (PythonException): BufferException */
        jmethodID new_reference; /* (): long */
        jmethodID java_frames;   /* (): String */
    } python_exception;
} bb_java_ids;

extern bb_java_ids bb_java;

/* 0, or -1 with RuntimeError naming the class or member that is missing. Needs the GIL. */
int bb_java_ids_load(JNIEnv *env);

#endif
