/* Every Java class and method that C uses, resolved once. */
#ifndef BB_JAVA_IDS_H
#define BB_JAVA_IDS_H

#include "base/bb.h"

#include "runtimes/java_door.h"

/* Global references and methods; valid from the success of bb_java_ids_load() until the process ends. */
typedef struct bb_java_ids {
    struct {
        jclass class;
    } object;
    struct {
        jclass class;
        bb_method open;        /* static (BufferExporter): int, the number of a free Export */
        bb_method dispose;     /* static (int number): void */
        bb_method acquire;     /* static (int number, int flags, long block, int capacity): int */
        bb_method describe;    /* static (int number, long block): void */
        bb_method heap_array;  /* static (int number): Object, an array of primitives or null */
        bb_method view;        /* static (int number): BufferView, of a granted export */
        bb_method release;     /* static (int number): int */
        bb_method take_thrown; /* static (int number): Throwable */
        bb_method may_block;   /* static (BufferExporter): boolean */
    } export;
    struct {
        jclass class;
        bb_method open;       /* static (Object, long javaBuffer, long block, int capacity): Holding */
        bb_method describe;   /* (long block): void */
        bb_method heap_array; /* (): Object, an array of primitives or null */
        bb_method close;      /* (): boolean, whether to call finish */
        bb_method finish;     /* (): void, runs user code */
    } holding;
    struct {
        jclass class;
        bb_method grant; /* static (GuardedExporter, int flags, long block): Granted; may run user code */
    } granted;
    struct {
        jclass class;
        bb_method byte_size; /* static (Object array): long */
        bb_method refuse;    /* static (Object array, long arrays, long regions, long bytes): void, throws */
    } pins;
    struct {
        jclass class;
        bb_method kind;        /* static (Class): int */
        bb_method exporter_of; /* static (Object): BufferExporter */
    } exportable;
    struct {
        jclass class;
        bb_method allocate; /* static (String, long[]): Allocation */
        bb_method copy_of;  /* static (Object): Allocation */
        bb_method block_of; /* static (Allocation): NativeBlock */
        bb_method view_of;  /* static (Allocation): BufferView */
        bb_method vacate;   /* (): void; the memory reads as zeros from now on; gives pages back */
        bb_method run;      /* (): void; frees the memory, once */
    } block;
    struct {
        jclass class;
        bb_method find;         /* static (Object name or class): JavaType */
        bb_method internal;     /* static (String simple name): JavaType */
        bb_method of;           /* static (Object): JavaType */
        bb_method id;           /* (): int */
        bb_method stays;        /* (): boolean */
        bb_method name;         /* (): String */
        bb_method type;         /* (): Class */
        bb_method member;       /* (String, boolean isStatic): Member or null */
        bb_method member_names; /* (boolean isStatic): String[] */
        bb_method obstacle;     /* (String): String, or null */
        bb_method constructors; /* (): Member */
        bb_method protocols;    /* (): int, bits of Protocols */
    } type;
    struct {
        jclass class;
        bb_method kind; /* (): int */
    } member;
    struct {
        jclass class;
        bb_method invoke;        /* static (Member, Object self, long slots, int count, Object[]): Object */
        bb_method get_field;     /* static (Member, Object self, long slots): Object */
        bb_method set_field;     /* static (Member, Object self, long slots, Object[]): void */
        bb_method set_item;      /* static (Object array, int index, long slots, Object[]): void */
        bb_method direct_traits; /* static (Member): int, 0 if JNI may not access the field */
        bb_method direct_field;  /* static (Member): Field */
        bb_method direct_holder; /* static (Member): Class */
        bb_method nested_type;   /* static (Member): JavaType */
    } calls;
    struct {
        jclass class;
        bb_method fetch; /* static (Object, long slots, int capacity): Object[] or null */
    } ahead;
    struct {
        jclass class;
        bb_method describe; /* static (Throwable): Object[]{Integer, String, String, String, Throwable} */
    } throwables;
    struct {
        jclass class;
        bb_method begin;        /* static (): void; called once the native methods are bound */
        bb_method place;        /* static (): String, the thread's name, then lines of its Java stack */
        bb_method exported;     /* static (Object exporter, int flags, long bytes): void */
        bb_method released;     /* static (Object exporter, int flags, long bytes, long heldNanos): void */
        bb_method refused;      /* static (String owner, int flags, String reason): void */
        bb_method lease_leaked; /* static (String owner, int flags, long bytes, long since, String thread,
                                   String pythonStack, String javaStack): void */
    } tracing;
    struct {
        jclass class;
        bb_method text;        /* static (Object): String */
        bb_method equal;       /* static (Object, Object): boolean */
        bb_method compare;     /* static (Object, Object): int */
        bb_method hash;        /* static (Object): int */
        bb_method is_instance; /* static (JavaType, Object): boolean */
        bb_method close;       /* static (Object): void; does nothing unless it is AutoCloseable */
    } protocol;
    struct {
        jclass class;
        bb_method arm;       /* static (boolean isOwnJvm): void */
        bb_method run_hooks; /* static (): boolean, whether the hooks have finished */
        bb_method halt;      /* static (): void, does not return */
    } process_end;
    struct {
        jclass class;
        bb_method is_carrier; /* static (): boolean, about this thread */
        bb_method begin;      /* static (): Object */
        bb_method end;        /* static (Object): void */
    } carriers;
    struct {
        jclass class;
        bb_method int_value; /* (): int */
    } integer;
    struct {
        jclass class;
    } string;
    struct {
        jclass class;
        bb_method of_latin; /* static (byte[]): String */
        bb_method latin;    /* static (String): byte[] or null */
    } texts;
    struct {
        jclass class;
        bb_method run; /* (): void */
    } runnable;
    struct {
        jclass class;
    } python_calls;
    struct {
        jclass class;
        bb_method convert; /* static (Class, long slot, Object[]): Object */
        bb_method result;  /* static (Object parameter, long slot, Object[]): Object */
    } conversion;
    struct {
        jclass class;
        bb_method exporter; /* static (Object): Object whose memory is exported */
        bb_method lease;    /* static (long lease): PythonBuffer; takes the ownership */
        bb_method close;    /* static (Object): void, of a PythonBuffer */
    } native_access;
    struct {
        jclass class;
        bb_method of;            /* static (String type, String message, String[] frames, Throwable cause,
                                    boolean isTwin, boolean isExit, long exception): PythonException; takes the
                                    reference */
        bb_method refusal;       /* static (PythonException): BufferException */
        bb_method new_reference; /* (): long */
        bb_method java_frames;   /* (): String */
    } python_exception;
} bb_java_ids;

BB_SHARED bb_java_ids bb_java;

/* 0, or -1 with RuntimeError that names the missing class or member. Needs the GIL. */
int bb_java_ids_load(JNIEnv *env);

#endif
