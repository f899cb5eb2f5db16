package dev.afinador.trainer.chat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A function or macro that a template may call.
interface Callable {
    @Nullable Object call(List<@Nullable Object> args, Map<String, @Nullable Object> named);
}
