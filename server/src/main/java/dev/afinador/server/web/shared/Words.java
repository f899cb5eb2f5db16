package dev.afinador.server.web.shared;

import dev.afinador.work.Refusal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;

/// Texts, numbers, sizes, durations and times in one reader's language. Cheap to make; not shared between threads.
public final class Words {

    private final MessageSource messages;
    private final Locale locale;
    private final ZoneId zone;
    private final InstantSource clock;
    private final DecimalFormat whole;
    private final DecimalFormat decimal;
    private final DecimalFormat metric;

    public Words(MessageSource messages, Locale locale, ZoneId zone, InstantSource clock) {
        this.messages = messages;
        this.locale = locale;
        this.zone = zone;
        this.clock = clock;
        var symbols = DecimalFormatSymbols.getInstance(locale);
        if (locale.getLanguage().equals("es")) {
            symbols.setGroupingSeparator(
                    '\u202f'); // a thin space, as the language's academies ask for
        }
        this.whole = new DecimalFormat("#,##0", symbols);
        this.decimal = new DecimalFormat("#,##0.###", symbols);
        this.metric = new DecimalFormat("#,##0.000", symbols);
    }

    public Locale locale() {
        return locale;
    }

    public ZoneId zone() {
        return zone;
    }

    public Instant now() {
        return clock.instant();
    }

    /// Whether there are words for this key.
    public boolean knows(String key) {
        return messages.getMessage(key, null, null, locale) != null;
    }

    public String day(LocalDate day) {
        return DateTimeFormatter.ofPattern(say("time.day-of-year"), locale).format(day);
    }

    /// What is wrong with a field, by the code of a broken rule.
    public String violation(Refusal.Violation violation) {
        return sayOr("violation." + violation.code(), violation.code(), violation.args().toArray());
    }

    /// What holds something up, in a few words.
    public String trouble(String code) {
        return sayOr("trouble." + code, code);
    }

    /// What to do about the error with this code.
    public String hint(String code) {
        return sayOr("hint." + code, sayOr("hint.default", ""));
    }

    /// @throws org.springframework.context.NoSuchMessageException when no bundle has the key
    public String say(String key, @Nullable Object... args) {
        return messages.getMessage(key, args, locale);
    }

    /// The text of the key, or `otherwise` when no bundle has it: for codes that come from outside.
    public String sayOr(String key, String otherwise, @Nullable Object... args) {
        String text = messages.getMessage(key, args, null, locale);
        return text == null ? otherwise : text;
    }

    public String number(long value) {
        return whole.format(value);
    }

    /// A loss or an accuracy: always three digits after the point, so that they stand below each other.
    public String metric(double value) {
        double size = Math.abs(value);
        return size > 0 && size < 0.001 ? decimal(value) : metric.format(value);
    }

    /// At most three digits after the point; very small numbers keep their first three.
    public String decimal(double value) {
        double size = Math.abs(value);
        if (size > 0 && size < 0.001) {
            return String.format(locale, "%.2e", value);
        }
        return decimal.format(value);
    }

    public String percent(int value) {
        return say("unit.percent", value);
    }

    public String bytes(long bytes) {
        if (bytes < 1000) {
            return number(bytes) + " B";
        }
        double value = bytes;
        String unit = "B";
        for (String next : new String[] {"kB", "MB", "GB", "TB"}) {
            if (value < 1000) {
                break;
            }
            value /= 1000;
            unit = next;
        }
        return decimal(value < 10 ? Math.round(value * 10) / 10.0 : Math.round(value)) + " " + unit;
    }

    /// The two largest units: `38 s`, `2 h 14 min`, `3 d 4 h`.
    public String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            long rest = seconds % 60;
            return seconds / 60 + " min" + (rest == 0 || seconds >= 600 ? "" : " " + rest + " s");
        }
        if (seconds < 86_400) {
            long rest = seconds % 3600 / 60;
            return seconds / 3600 + " h" + (rest == 0 ? "" : " " + rest + " min");
        }
        long rest = seconds % 86_400 / 3600;
        return seconds / 86_400 + " d" + (rest == 0 || seconds >= 864_000 ? "" : " " + rest + " h");
    }

    /// How long ago, or for older moments the day.
    public TimeView ago(Instant at) {
        return new TimeView(at.toString(), agoText(at), exact(at));
    }

    public @Nullable TimeView agoOrNull(@Nullable Instant at) {
        return at == null ? null : ago(at);
    }

    /// How long it has been going on since then, without "ago": the browser lets it tick.
    public TimeView elapsed(Instant since) {
        return new TimeView(
                since.toString(), duration(Duration.between(since, clock.instant())), exact(since));
    }

    /// How long it is until then, as roughly as such a forecast is meant.
    public TimeView remaining(Instant until) {
        Duration left = Duration.between(clock.instant(), until);
        Duration rough =
                left.compareTo(Duration.ofMinutes(1)) < 0
                        ? left
                        : left.truncatedTo(ChronoUnit.MINUTES);
        return new TimeView(until.toString(), duration(rough), exact(until));
    }

    /// Time of day and, when it was not today, the day: for event logs.
    public TimeView clockTime(Instant at) {
        var local = at.atZone(zone);
        var now = clock.instant().atZone(zone);
        String pattern =
                local.toLocalDate().equals(now.toLocalDate())
                        ? "HH:mm:ss"
                        : local.getYear() == now.getYear()
                                ? say("time.day-and-clock")
                                : say("time.day-of-year-and-clock");
        String text = DateTimeFormatter.ofPattern(pattern, locale).format(local);
        return new TimeView(at.toString(), text, exact(at));
    }

    /// Date and time in full.
    public TimeView moment(Instant at) {
        return new TimeView(at.toString(), exact(at), exact(at));
    }

    public String exact(Instant at) {
        return DateTimeFormatter.ofPattern(say("time.exact"), locale).format(at.atZone(zone));
    }

    private String agoText(Instant at) {
        Duration age = Duration.between(at, clock.instant());
        long seconds = age.toSeconds();
        if (seconds < 1) {
            return say("time.now");
        }
        if (seconds < 60) {
            return say("time.ago", seconds + " s");
        }
        if (seconds < 3600) {
            return say("time.ago", seconds / 60 + " min");
        }
        if (seconds < 86_400) {
            return say("time.ago", seconds / 3600 + " h");
        }
        if (seconds < 7 * 86_400) {
            return say("time.ago", seconds / 86_400 + " d");
        }
        var day = at.atZone(zone);
        boolean thisYear = day.getYear() == clock.instant().atZone(zone).getYear();
        return DateTimeFormatter.ofPattern(say(thisYear ? "time.day" : "time.day-of-year"), locale)
                .format(day);
    }
}
