package org.bufferbridge.internal.doctor;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes JSON: maps, lists, texts, numbers, booleans and null.
 *
 * <p>Threads: any; stateless.
 */
public final class Json {
    private Json() {}

    /** Text that is JSON already. */
    public record Written(String text) {}

    /**
     * The value as JSON. A value of another kind is written as its text.
     *
     * @param value a map with the keys in the order of the result, a list, or one value
     */
    public static String of(Object value) {
        return switch (value) {
            case null -> "null";
            case Written written -> written.text;
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> quoted(String.valueOf(entry.getKey())) + ": " + of(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case List<?> list -> list.stream().map(Json::of).collect(Collectors.joining(", ", "[", "]"));
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> quoted(value.toString());
        };
    }

    /** Escapes all but ASCII, so that the text arrives in any encoding of the stream. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            switch (unit) {
                case '"', '\\' -> quoted.append('\\').append(unit);
                case '\n' -> quoted.append("\\n");
                default -> quoted.append(unit < ' ' || unit > '~' ? "\\u%04x".formatted((int) unit) : unit);
            }
        }
        return quoted.append('"').toString();
    }
}
