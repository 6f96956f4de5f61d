package org.bufferbridge;

/**
 * A complex number: the value of an item of format {@code Zf}, {@code Zd} or {@code Zg}.
 *
 * @param real      the real part
 * @param imaginary the imaginary part
 */
public record Complex(double real, double imaginary) {}
