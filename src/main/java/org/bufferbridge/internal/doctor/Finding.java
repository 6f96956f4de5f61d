package org.bufferbridge.internal.doctor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of one examination. Its twin is {@code _Finding} of {@code doctor.py}.
 *
 * @param subject what was examined
 * @param found what was found, in words
 * @param missing what is missing, with the remedy; empty if nothing is
 * @param works false if the bridge does not work because of it
 * @param key the name of {@code data} in JSON
 * @param data what was found, for programs: a map, a list, or {@link Json.Written}
 */
public record Finding(String subject, String found, String missing, boolean works, String key, Object data) {
    /** A finding without anything missing. */
    public static Finding of(String subject, String found, String key, Object data) {
        return new Finding(subject, found, "", true, key, data);
    }

    /** A finding of a subject that does not work, and is therefore missing. */
    public static Finding broken(String subject, String reason) {
        return new Finding(subject, reason, subject, false, "", null);
    }

    /** The line for people. */
    public String line() {
        return "%-13s %s".formatted(subject, found);
    }

    /** The members of the finding in JSON, without the data. */
    public Map<String, Object> words() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("subject", subject);
        words.put("found", found);
        words.put("missing", missing);
        words.put("works", works);
        return words;
    }
}
