/* Blocks of native memory for Java and Python. */
#ifndef BB_BLOCK_H
#define BB_BLOCK_H

#include "base/bb.h"

/* Native methods of Natives.java. */
jlong JNICALL bb_block_allocate(JNIEnv *env, jclass class, jlong byte_size, jboolean zeroed);
jboolean JNICALL bb_block_vacate(JNIEnv *env, jclass class, jlong address, jlong byte_size);
void JNICALL bb_block_free(JNIEnv *env, jclass class, jlong address, jlong byte_size, jboolean has_pages);

/* The bytes of the freed blocks that are kept for the next ones. For tests, which count what is mapped. */
size_t bb_block_kept_bytes(void);

#endif
