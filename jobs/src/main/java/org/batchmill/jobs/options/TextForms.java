package org.batchmill.jobs.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.jobs.PixelSize;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.MemoryLimit;
import org.batchmill.train.loop.Synchronization;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.tune.Option;
import org.batchmill.video.FrameCrop;

/** The forms of the types that options have. Stateless. */
public final class TextForms {

    /** A hundred years stand for ever: in nanoseconds, which waits are counted in, three hundred are too many. */
    private static final double LONGEST_MILLIS = 3.15e12;

    private static final Map<Class<?>, TextForm<?>> BY_TYPE = new LinkedHashMap<>();

    static {
        BY_TYPE.put(String.class, form(text -> text, value -> value));
        number(Integer.class, int.class, Integer::valueOf, "a whole number");
        number(Long.class, long.class, Long::valueOf, "a whole number");
        number(Float.class, float.class, text -> finite(Float.valueOf(text)), "a number");
        number(Double.class, double.class, text -> finite(Double.valueOf(text)), "a number");
        TextForm<Boolean> bool = form(TextForms::bool, value -> value);
        BY_TYPE.put(Boolean.class, bool);
        BY_TYPE.put(boolean.class, bool);
        BY_TYPE.put(Path.class, form(TextForms::path, Object::toString));
        BY_TYPE.put(Bytes.class, form(Bytes::parse, Object::toString));
        BY_TYPE.put(MemoryLimit.class, new MemoryLimitText());
        BY_TYPE.put(Shuffle.class, form(Shuffle::parse, Object::toString));
        BY_TYPE.put(Optimizer.class, new OptimizerText());
        BY_TYPE.put(SchedulePlan.class, form(SchedulePlan::new, Object::toString));
        BY_TYPE.put(LayerRate.class, form(LayerRate::parse, Object::toString));
        BY_TYPE.put(PolicyName.class, form(PolicyName::new, Object::toString));
        BY_TYPE.put(Balancing.class, form(Balancing::parse, Object::toString));
        BY_TYPE.put(Shard.class, form(Shard::parse, Object::toString));
        BY_TYPE.put(Option.class, form(Option::parse, Option::text));
        BY_TYPE.put(Synchronization.class, form(Synchronization::parse, Object::toString));
        BY_TYPE.put(Mix.class, form(Mix::parse, Object::toString));
        BY_TYPE.put(FrameCrop.class, form(FrameCrop::new, Object::toString));
        BY_TYPE.put(PixelSize.class, form(PixelSize::parse, Object::toString));
    }

    private TextForms() {}

    /** A path as users write it, of this machine or of another provider. */
    public static Path path(String text) {
        return Places.of(text);
    }

    /** A path of this machine, as users write it; refuses what lies elsewhere. */
    public static Path local(String text) {
        return Places.local(text, "this file or folder");
    }

    /**
     * A value as config.yaml has it.
     *
     * @param type the type of the option, of which the value's may be one of many
     */
    @SuppressWarnings("unchecked") // forms are kept by their type
    public static <T> Object write(Class<T> type, T value) {
        return ((TextForm<T>) of(type)).write(value);
    }

    static TextForm<?> of(Class<?> type) {
        if (type.isEnum()) {
            return new EnumForm(type);
        }
        TextForm<?> form = BY_TYPE.get(type);
        if (form == null) {
            throw new IllegalStateException("an option of " + type + " has no text");
        }
        return form;
    }

    private static <T> TextForm<T> form(Function<String, T> parse, Function<T, Object> write) {
        return new TextForm<>() {
            @Override
            public T parse(String text) {
                return parse.apply(text);
            }

            @Override
            public Object write(T value) {
                return write.apply(value);
            }
        };
    }

    private static <T> void number(Class<T> boxed, Class<T> plain, Function<String, T> parse, String kind) {
        TextForm<T> form = form(
                text -> {
                    try {
                        return parse.apply(text.strip());
                    } catch (NumberFormatException e) {
                        throw new UsageException("'" + text + "' is not " + kind, e);
                    }
                },
                value -> value);
        BY_TYPE.put(boxed, form);
        BY_TYPE.put(plain, form);
    }

    private static <N extends Number> N finite(N number) {
        if (!Double.isFinite(number.doubleValue())) {
            throw new NumberFormatException("not finite");
        }
        return number;
    }

    private static Boolean bool(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new UsageException("'" + text + "' is neither true nor false");
        };
    }

    /** Lower case, with dashes. */
    private record EnumForm(Class<?> type) implements TextForm<Enum<?>> {

        @Override
        public Enum<?> parse(String text) {
            String word = text.strip().toLowerCase(Locale.ROOT).replace('_', '-');
            List<Enum<?>> constants = Arrays.stream(type.getEnumConstants())
                    .<Enum<?>>map(constant -> (Enum<?>) constant)
                    .toList();
            return constants.stream()
                    .filter(constant -> write(constant).equals(word))
                    .findFirst()
                    .orElseThrow(() -> new UsageException("'" + text + "' is none of "
                            + constants.stream().map(this::write).collect(Collectors.joining(", "))));
        }

        @Override
        public String write(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A path of this machine: of files that grow while others read them, are locked or mapped, or hold what belongs to the machine. Every other
     * path may be a URI.
     */
    public static final class LocalPath implements TextForm<Path> {
        @Override
        public Path parse(String text) {
            return local(text);
        }
    }

    private static Duration millis(double count) {
        return Duration.ofMillis(Math.round(Math.min(count, LONGEST_MILLIS)));
    }

    /** A number of minutes. */
    static final class Minutes implements TextForm<Duration> {
        @Override
        public Duration parse(String text) {
            return millis(60_000 * (Double) of(Double.class).parse(text));
        }

        @Override
        public Object write(Duration value) {
            return value.toMillis() / 60_000.0;
        }
    }

    /** A number of seconds. */
    public static final class Seconds implements TextForm<Duration> {
        @Override
        public Duration parse(String text) {
            return millis(1000 * (Double) of(Double.class).parse(text));
        }

        @Override
        public Object write(Duration value) {
            return value.toMillis() / 1000.0;
        }
    }

    /** A number of MiB. */
    static final class Mebibytes implements TextForm<Bytes> {
        @Override
        public Bytes parse(String text) {
            return Bytes.mebibytes((Long) of(Long.class).parse(text));
        }

        @Override
        public Object write(Bytes value) {
            return value.count() >> 20;
        }
    }
}
