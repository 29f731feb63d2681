package org.batchmill.jobs;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.OptimizationOptions;
import org.batchmill.jobs.options.RunOptions;

/**
 * What {@link TrainJob} is asked to do. The groups may be filled in by the caller.
 *
 * @param task what is learnt
 */
public record TrainOptions(
        TaskKind task,
        DataOptions data,
        InputOptions input,
        OptimizationOptions optimization,
        EngineOptions engine,
        RunOptions run,
        KafkaOptions kafka) {

    public TrainOptions {
        Objects.requireNonNull(task, "task");
    }

    /** Defaults for a task. */
    public static TrainOptions of(TaskKind task) {
        return new TrainOptions(
                task,
                new DataOptions(),
                new InputOptions(),
                new OptimizationOptions(),
                new EngineOptions(),
                new RunOptions(),
                new KafkaOptions());
    }

    /** The options by their names on the command line, groups flattened: what {@code --config} takes back. */
    public Map<String, Object> byName() {
        ObjectMapper mapper = new ObjectMapper()
                .setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .setSerializationInclusion(JsonInclude.Include.NON_NULL)
                .setVisibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
                .setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
                .registerModule(new SimpleModule()
                        .addSerializer(Path.class, ToStringSerializer.instance)
                        .addSerializer(Enum.class, new LowerCaseSerializer()));
        Map<String, Object> all = new LinkedHashMap<>();
        List<Object> groups = new ArrayList<>(List.of(data, input, optimization, engine, run));
        if (Topics.isTopic(data.data())) {
            groups.add(kafka);
        }
        for (Object group : groups) {
            all.putAll(mapper.convertValue(group, new TypeReference<Map<String, Object>>() {}));
        }
        all.keySet().removeAll(List.of("run", "resume", "fallback"));
        return all;
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
