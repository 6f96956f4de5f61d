/*
 * Collects what the JVM prints while it starts. Nothing else names a wrong option.
 *
 * The JVM calls the three hooks of this file: vfprintf to print, exit and abort before it ends the process.
 *
 * Owns: the text, from bb_complaint_begin() to the next one.
 *
 * Threads: any thread of the JVM may print, so the text has a lock. The lock is held only to copy bytes. A thread
 * that is about to abort the process does not wait for it.
 */
#include "base/bb.h"

#include "process/complaint.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "process/end.h"

enum { LONGEST_LINE = 1024, LONGEST_TEXT = 4096 };

static struct {
    pthread_mutex_t lock;
    char text[LONGEST_TEXT]; /* ends with 0 */
    size_t length;
    bool collecting;
} complaint = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Call it under the lock. Cuts off what does not fit. */
static void append(const char *line, size_t length)
{
    size_t room = sizeof complaint.text - 1 - complaint.length;
    size_t taken = length < room ? length : room;
    memcpy(complaint.text + complaint.length, line, taken);
    complaint.length += taken;
    complaint.text[complaint.length] = '\0';
}

static bool is_collecting(void)
{
    pthread_mutex_lock(&complaint.lock);
    bool collecting = complaint.collecting;
    pthread_mutex_unlock(&complaint.lock);
    return collecting;
}

static jint collect(FILE *stream, const char *format, va_list arguments)
{
    if (!is_collecting()) {
        return (jint)vfprintf(stream, format, arguments);
    }
    char line[LONGEST_LINE];
    int written = vsnprintf(line, sizeof line, format, arguments);
    if (written > 0) {
        size_t length = (size_t)written < sizeof line ? (size_t)written : sizeof line - 1;
        pthread_mutex_lock(&complaint.lock);
        append(line, length);
        pthread_mutex_unlock(&complaint.lock);
    }
    return (jint)written;
}

/*
 * The JVM calls this instead of exit(), and its contract forbids this function to return. During the start that
 * happens for errors such as a heap that cannot be reserved. This function can then only print the reason.
 */
static void leave_process(jint code)
{
    if (!is_collecting()) {
        bb_leave_process(code);
    }
    pthread_mutex_lock(&complaint.lock); /* held until the process ends */
    fprintf(stderr, "bufferbridge: the JVM ended the process while starting (exit code %d): %s\n", (int)code,
            complaint.text);
    fflush(stderr);
    _Exit((int)code);
}

/*
 * The JVM calls this before it aborts. During the start it aborts for contradicting options and for agents that it
 * does not find. Its explanation would be lost. The process ends anyway, so this function only prints.
 */
static void tell(void)
{
    if (pthread_mutex_trylock(&complaint.lock) != 0) {
        return; /* the calling thread may hold it */
    }
    if (complaint.collecting && complaint.length > 0) {
        fprintf(stderr, "bufferbridge: the JVM ends the process while starting: %s\n", complaint.text);
        fflush(stderr);
    }
    pthread_mutex_unlock(&complaint.lock);
}

void bb_complaint_hooks(JavaVMOption hooks[BB_COMPLAINT_HOOKS])
{
    hooks[0] = (JavaVMOption){(char *)"vfprintf", (void *)(intptr_t)collect};
    hooks[1] = (JavaVMOption){(char *)"exit", (void *)(intptr_t)leave_process};
    hooks[2] = (JavaVMOption){(char *)"abort", (void *)(intptr_t)tell};
}

void bb_complaint_begin(void)
{
    pthread_mutex_lock(&complaint.lock);
    complaint.length = 0;
    complaint.text[0] = '\0';
    complaint.collecting = true;
    pthread_mutex_unlock(&complaint.lock);
}

void bb_complaint_end(void)
{
    pthread_mutex_lock(&complaint.lock);
    complaint.collecting = false;
    pthread_mutex_unlock(&complaint.lock);
}

PyObject *bb_complaint_text(void)
{
    char text[LONGEST_TEXT];
    pthread_mutex_lock(&complaint.lock);
    size_t length = complaint.length;
    memcpy(text, complaint.text, length);
    pthread_mutex_unlock(&complaint.lock);
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "replace");
}
