package org.batchmill.jobs;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
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
        RunOptions run) {

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
                new RunOptions());
    }

    /** The options by their names on the command line, groups flattened: what {@code --config} takes back. */
    public String toYaml() {
        ObjectMapper mapper = new YAMLMapper(YAMLFactory.builder()
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                        .build())
                .setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
                .setSerializationInclusion(JsonInclude.Include.NON_NULL)
                .setVisibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
                .setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);
        ObjectNode all = mapper.createObjectNode();
        for (Object group : List.of(data, input, optimization, engine, run)) {
            all.setAll((ObjectNode) mapper.valueToTree(group));
        }
        all.remove(List.of("run", "resume", "fallback"));
        try {
            return "# batchmill train " + task.name().toLowerCase(Locale.ROOT) + " --config THIS-FILE\n"
                    + mapper.writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
