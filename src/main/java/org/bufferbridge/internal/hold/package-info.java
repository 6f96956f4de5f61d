/**
 * How memory is kept where it is while Python has its address: arenas stay open, arrays are pinned.
 */
package org.bufferbridge.internal.hold;
