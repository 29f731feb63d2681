package org.batchmill.jobs.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.jobs.options.TextForms;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.records.UsageException;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.recipe.Recipe;

/**
 * The options of a training as they were given, and what they came to with the task's, the recipe's and the machine's own values in
 * place of those that nobody gave. Immutable.
 */
final class ResolvedOptions {

    private static final String ENGINE = "engine";

    private final Map<String, Object> given;
    private final Map<String, Object> resolved;

    private ResolvedOptions(Map<String, Object> given, Map<String, Object> resolved) {
        this.given = given;
        this.resolved = resolved;
    }

    /** @param engine the engine, its library and its device */
    static ResolvedOptions of(TrainOptions options, Learning learning, Cadence cadence, String engine) {
        Recipe recipe = learning.recipe();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model", learning.network().name());
        values.put("input", learning.network().input().toString());
        values.put("classes", learning.task().description().classes());
        values.put("recipe", recipe.name());
        values.put("batch", recipe.batch());
        values.put("subdivisions", recipe.subdivisions());
        values.put("steps", recipe.steps());
        values.put(
                "optimizer",
                TextForms.write(Optimizer.class, recipe.optimization().optimizer()));
        values.put("lr", recipe.optimization().schedule().initial());
        values.put("schedule", recipe.optimization().schedule().describe());
        values.put("l2", recipe.optimization().decay());
        values.put("clip-norm", recipe.optimization().clipNorm());
        values.put("ema", recipe.optimization().weightAverage());
        values.put("patience", recipe.patience());
        values.put("shuffle", options.input().shuffle.toString());
        values.put("policy", policy(learning));
        values.put("evaluate-steps", cadence.evaluateEvery());
        values.put("checkpoint-steps", cadence.saving().everySteps());
        values.put(ENGINE, engine);
        return new ResolvedOptions(options.byName(), values);
    }

    /** The same, with the engine that was asked for as what it came to. */
    ResolvedOptions on(String engine) {
        Map<String, Object> values = new LinkedHashMap<>(resolved);
        values.put(ENGINE, engine);
        return new ResolvedOptions(given, values);
    }

    private static Object policy(Learning learning) {
        try {
            return new YAMLMapper().readValue(learning.policy().toYaml(), Object.class);
        } catch (JsonProcessingException | UsageException e) {
            // Steps of the user's own have no text.
            return learning.policy().toString();
        }
    }

    /** What they came to. */
    Map<String, Object> resolved() {
        return resolved;
    }

    /** For config.yaml: what was given by the names of the options, and what that came to below. */
    Map<String, Object> toConfig() {
        Map<String, Object> config = new LinkedHashMap<>(given);
        config.put(TrainJob.RESOLVED, resolved);
        return config;
    }

    /** For TensorBoard: one value for each name, the resolved one. */
    Map<String, Object> hyperParameters() {
        Map<String, Object> parameters = new LinkedHashMap<>(given);
        parameters.putAll(resolved);
        return parameters;
    }
}
