package org.batchmill.jobs.task;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.FrameOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.RunOptions;
import org.batchmill.jobs.options.TopicName;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.records.UsageException;

/**
 * What {@link TrainJob} is asked to do. The groups may be filled in by the caller.
 *
 * @param task what is learnt
 */
public record TrainOptions(
        TaskKind task,
        DataOptions data,
        InputOptions input,
        FrameOptions frames,
        OptimizationOptions optimization,
        EngineOptions engine,
        RunOptions run,
        KafkaOptions kafka) {

    /** What belongs to one call, not to a training. */
    private static final List<String> OF_ONE_CALL = List.of("run", "resume", "fallback");

    private static final ObjectMapper BY_NAME = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .addModule(new SimpleModule()
                    .addSerializer(Path.class, ToStringSerializer.instance)
                    .addSerializer(Enum.class, new LowerCaseSerializer()))
            .build();

    public TrainOptions {
        Objects.requireNonNull(task, "task");
    }

    /** Defaults for a task. */
    public static TrainOptions of(TaskKind task) {
        return new TrainOptions(
                task,
                new DataOptions(),
                new InputOptions(),
                new FrameOptions(),
                new OptimizationOptions(),
                new EngineOptions(),
                new RunOptions(),
                new KafkaOptions());
    }

    /** The options by their names on the command line, groups flattened: what {@code --config} takes back. */
    public Map<String, Object> byName() {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Object group : groups()) {
            all.putAll(fields(group));
        }
        all.values().removeIf(Objects::isNull);
        all.keySet().removeAll(OF_ONE_CALL);
        return all;
    }

    /** Everything that is declared as an option, with the values that it has here. */
    public List<OptionField> options() {
        return groups().stream()
                .filter(OptionGroup.class::isInstance)
                .flatMap(group -> OptionField.within((OptionGroup) group).stream())
                .toList();
    }

    private List<Object> groups() {
        return TopicName.isTopic(data.data())
                ? List.of(data, input, frames, optimization, engine, run, kafka)
                : List.of(data, input, frames, optimization, engine, run);
    }

    private static Map<String, Object> fields(Object group) {
        if (group instanceof OptionGroup declared) {
            Map<String, Object> values = new LinkedHashMap<>();
            OptionField.within(declared).forEach(field -> values.put(field.name(), field.written()));
            return values;
        }
        return BY_NAME.convertValue(group, new TypeReference<Map<String, Object>>() {});
    }

    /**
     * A copy in which some options have other values. The groups are copied too: nothing is shared with this.
     *
     * @param changes the values by the options' names on the command line, as texts that it would take
     * @throws UsageException if there is no such option, or the text is no value of it
     */
    public TrainOptions with(Map<String, String> changes) {
        Map<String, String> left = new LinkedHashMap<>(changes);
        left.keySet().removeAll(OF_ONE_CALL);
        TrainOptions copy = new TrainOptions(
                task,
                changed(data, DataOptions.class, left),
                changed(input, InputOptions.class, left),
                changed(frames, FrameOptions.class, left),
                changed(optimization, left),
                changed(engine, EngineOptions.class, left),
                changed(run, RunOptions.class, left),
                changed(kafka, KafkaOptions.class, left));
        if (!left.isEmpty() || changes.keySet().stream().anyMatch(OF_ONE_CALL::contains)) {
            throw new UsageException("there is no option to change called "
                    + (left.isEmpty() ? changes : left).keySet().iterator().next());
        }
        return copy;
    }

    private static <G extends OptionGroup> G changed(G group, Map<String, String> changes) {
        G copy = OptionField.copy(group);
        for (OptionField field : OptionField.within(copy)) {
            String text = changes.remove(field.name());
            if (text != null) {
                field.setText(text);
            }
        }
        return copy;
    }

    /** A copy of a group with those changes that it knows, which are taken off the list. */
    private static <G> G changed(G group, Class<G> type, Map<String, String> changes) {
        Map<String, Object> values = fields(group);
        for (Map.Entry<String, Object> value : values.entrySet()) {
            String text = changes.remove(value.getKey());
            if (text != null) {
                value.setValue(value.getValue() instanceof List ? List.of(text.split(",", -1)) : text);
                try {
                    BY_NAME.convertValue(Map.of(value.getKey(), value.getValue()), type);
                } catch (IllegalArgumentException e) {
                    throw new UsageException("--" + value.getKey() + " cannot be " + text, e);
                }
            }
        }
        return BY_NAME.convertValue(values, type);
    }

    /** Enums are spelt as on the command line. */
    @SuppressWarnings("rawtypes") // Jackson registers serializers by raw class
    private static final class LowerCaseSerializer extends StdSerializer<Enum> {
        private static final long serialVersionUID = 1L;

        LowerCaseSerializer() {
            super(Enum.class);
        }

        @Override
        public void serialize(Enum value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(value.name().toLowerCase(Locale.ROOT));
        }
    }
}
