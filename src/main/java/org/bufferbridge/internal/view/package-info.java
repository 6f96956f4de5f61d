/**
 * Where the items of a view lie, and many of them at once.
 */
package org.bufferbridge.internal.view;
