package dev.afinador.dataset;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// The shape of one line: which keys there are and what they hold, without the texts themselves.
///
/// @param keys      what the known keys hold; absent keys are absent
/// @param otherKeys some of the keys that no format knows
/// @param lists     the message lists by their path below `$`: `messages`, `input.messages`, `preferred_output` …
record Example(Map<String, Shape> keys, List<String> otherKeys, Map<String, MessageList> lists) {

    Example {
        keys = Map.copyOf(keys);
        otherKeys = List.copyOf(otherKeys);
        lists = Map.copyOf(lists);
    }

    boolean has(String key) {
        return keys.containsKey(key);
    }

    boolean hasAny(List<String> wanted) {
        return wanted.stream().anyMatch(keys::containsKey);
    }

    /// @param messages the first ones; a list that is longer than what is kept says so by its count
    record MessageList(
            Shape shape,
            List<Message> messages,
            long count,
            boolean anyAssistant,
            @Nullable Message last) {
        MessageList {
            messages = List.copyOf(messages);
        }
    }

    /// @param shape     what stands in the place of the message
    /// @param keys      what its known keys hold
    /// @param role      null when absent or not a string
    /// @param empty     keys whose string, list or object has nothing in it
    /// @param partTypes types of the parts where the content is a list
    /// @param weight    null when absent or not a number
    record Message(
            Shape shape,
            Map<String, Shape> keys,
            List<String> otherKeys,
            @Nullable String role,
            List<String> empty,
            List<String> partTypes,
            @Nullable Double weight) {
        Message {
            keys = Map.copyOf(keys);
            otherKeys = List.copyOf(otherKeys);
            empty = List.copyOf(empty);
            partTypes = List.copyOf(partTypes);
        }

        boolean isFromAssistant() {
            return "assistant".equals(role);
        }

        /// Whether the key is there with something in it.
        boolean holds(String key) {
            Shape there = keys.get(key);
            return there != null && there != Shape.NULL && !empty.contains(key);
        }
    }

    enum Shape {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL;

        static Shape of(JsonToken token) {
            return switch (token) {
                case START_OBJECT, END_OBJECT -> OBJECT;
                case START_ARRAY, END_ARRAY -> ARRAY;
                case VALUE_STRING, PROPERTY_NAME -> STRING;
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> NUMBER;
                case VALUE_TRUE, VALUE_FALSE -> BOOLEAN;
                case VALUE_NULL, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> NULL;
            };
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
