package org.batchmill.augment.transform;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.batchmill.records.JsonFile;
import org.batchmill.records.UsageException;
import org.batchmill.records.YamlTree;

/**
 * Policies as YAML. A step is its class' name with hyphens and the record's components, and p for its probability; whatever is
 * misspelt or left out is refused with the list of what there is.
 */
final class PolicyYaml {

    private static final Map<String, Class<? extends Transform>> STEPS = steps(List.of(
            Brightness.class,
            ColourSpace.class,
            Contrast.class,
            Crop.class,
            Cutout.class,
            DarknetColour.class,
            DarknetJitter.class,
            Exposure.class,
            Flip.class,
            GaussianBlur.class,
            GaussianNoise.class,
            Grey.class,
            HueSaturation.class,
            JpegQuality.class,
            MedianBlur.class,
            MotionBlur.class,
            Perspective.class,
            RandomResizedCrop.class,
            Rotate.class,
            SaltAndPepper.class,
            Scale.class,
            Shear.class,
            Translate.class));

    private static final String NORMALIZATION = "normalization";

    /** What {@link #NORMALIZATION} was called in files written before 2026-11-29. */
    private static final String FORMER_NORMALIZATION = "normalisation";

    private static final Set<String> KEYS =
            Set.of("steps", "fit", "border", "boxes", "steering", "mixing", NORMALIZATION, FORMER_NORMALIZATION);

    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            // A key that stands twice would lose the first without a word.
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build();

    private PolicyYaml() {}

    private static Map<String, Class<? extends Transform>> steps(List<Class<? extends Transform>> types) {
        Map<String, Class<? extends Transform>> named = new LinkedHashMap<>();
        types.forEach(type -> named.put(name(type), type));
        return named;
    }

    private static String name(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    static Policy read(String yaml) {
        try {
            JsonNode root = YamlTree.read(MAPPER, yaml);
            if (!root.isObject()) {
                throw new UsageException("a policy is a YAML map with the keys " + KEYS);
            }
            root.fieldNames().forEachRemaining(key -> {
                if (!KEYS.contains(key)) {
                    throw new UsageException("a policy has no key '" + key + "'; there are " + KEYS);
                }
            });
            Policy policy = Policy.NONE;
            JsonNode steps = root.path("steps");
            if (root.has("steps") && !steps.isArray() && !steps.isNull()) {
                throw new UsageException("steps are a list, '- flip: {p: .5}' each, not " + steps);
            }
            for (JsonNode step : steps) {
                policy = addStep(policy, step);
            }
            Fit fit = root.has("fit") ? MAPPER.treeToValue(root.get("fit"), Fit.class) : policy.fit();
            policy = policy.withFit(fit, root.has("border") ? border(root.get("border")) : policy.border());
            if (root.has("boxes")) {
                policy = policy.withBoxes(MAPPER.treeToValue(root.get("boxes"), BoxSurvival.class));
            }
            if (root.has("steering")) {
                policy = policy.withSteering(MAPPER.treeToValue(root.get("steering"), SteeringRule.class));
            }
            if (root.has("mixing")) {
                policy = policy.withMixing(MAPPER.treeToValue(root.get("mixing"), Mixing.class));
            }
            for (String key : List.of(FORMER_NORMALIZATION, NORMALIZATION)) {
                if (root.has(key)) {
                    policy = policy.withNormalization(normalization(root.get(key)));
                }
            }
            return policy;
        } catch (JsonProcessingException e) {
            throw new UsageException("not a policy: " + cause(e), e);
        }
    }

    /** The broken rule that Jackson met, or what it says in words that do without our classes. */
    private static String cause(JsonProcessingException e) {
        if (e.getCause() instanceof UsageException rule) {
            return rule.getMessage();
        }
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "there is no setting '" + unknown.getPropertyName() + "'; there are "
                    + unknown.getKnownPropertyIds();
        }
        if (e instanceof InvalidFormatException value) {
            String setting = value.getPath().isEmpty()
                    ? ""
                    : value.getPath().get(value.getPath().size() - 1).getFieldName() + ": ";
            Object[] words = value.getTargetType().getEnumConstants();
            return setting + "'" + value.getValue() + "' is "
                    + (words == null
                            ? "no number"
                            : "none of " + Arrays.toString(words).toLowerCase(Locale.ROOT));
        }
        return JsonFile.problem(e);
    }

    private static Policy addStep(Policy policy, JsonNode step) throws JsonProcessingException {
        if (!step.isObject() || step.size() != 1) {
            throw new UsageException("a step is one name with its settings, not " + step);
        }
        String name = step.fieldNames().next();
        Class<? extends Transform> type = STEPS.get(name);
        if (type == null) {
            throw new UsageException("there is no step '" + name + "'; there are " + String.join(", ", STEPS.keySet()));
        }
        JsonNode given = step.get(name);
        if (!given.isObject() && !given.isNull()) {
            throw new UsageException("the settings of " + name + " are a map, as {p: .5}, not " + given);
        }
        ObjectNode settings = given.isObject() ? given.deepCopy() : MAPPER.createObjectNode();
        JsonNode probability = settings.remove("p");
        requireFinite(name, settings);
        return policy.with(
                MAPPER.treeToValue(settings, type), probability == null ? 1 : number(name, "p", probability));
    }

    private static Border border(JsonNode node) {
        if (node.asText().equals("edge")) {
            return Border.EDGE;
        }
        if (!node.isArray() || node.size() != 3) {
            throw new UsageException("a border is 'edge' or [red, green, blue], not " + node);
        }
        for (JsonNode level : node) {
            if (!level.canConvertToInt() || level.intValue() < 0 || level.intValue() > 255) {
                throw new UsageException("a border's red, green and blue are whole numbers from 0 to 255, not " + node);
            }
        }
        return new Border(
                false,
                node.get(0).intValue(),
                node.get(1).intValue(),
                node.get(2).intValue());
    }

    /** 1e400 is read as infinity, which no step can be by. */
    private static void requireFinite(String step, ObjectNode settings) {
        settings.properties().forEach(setting -> {
            if (setting.getValue().isNumber() || setting.getValue().isBoolean()) {
                number(step, setting.getKey(), setting.getValue());
            }
        });
    }

    private static double number(String step, String setting, JsonNode value) {
        double number = value.isNumber() || value.isTextual() ? value.asDouble(Double.NaN) : Double.NaN;
        if (!Double.isFinite(number)) {
            throw new UsageException(step + ": " + setting + " is a number, not " + value);
        }
        return number;
    }

    private static Normalization normalization(JsonNode node) throws JsonProcessingException {
        return switch (node.asText()) {
            case "unit" -> new Normalization.Unit();
            case "raw" -> new Normalization.Raw();
            case "per-image" -> new Normalization.PerImage();
            default -> MAPPER.treeToValue(node, Normalization.Channels.class);
        };
    }

    static String write(Policy policy) {
        ObjectNode root = MAPPER.createObjectNode();
        ArrayNode steps = root.putArray("steps");
        for (Policy.Step step : policy.steps()) {
            String name = name(step.transform().getClass());
            if (STEPS.get(name) != step.transform().getClass()) {
                throw new UsageException("the step " + step.transform() + " has no name in YAML");
            }
            ObjectNode settings = MAPPER.valueToTree(step.transform());
            if (step.probability() != 1) {
                settings.put("p", step.probability());
            }
            steps.addObject().set(name, settings);
        }
        root.put("fit", policy.fit().name().toLowerCase(Locale.ROOT));
        Border border = policy.border();
        if (border.edge()) {
            root.put("border", "edge");
        } else {
            root.putArray("border").add(border.red()).add(border.green()).add(border.blue());
        }
        root.set("boxes", MAPPER.valueToTree(policy.boxes()));
        root.set("steering", MAPPER.valueToTree(policy.steering()));
        root.set("mixing", MAPPER.valueToTree(policy.mixing()));
        root.set(NORMALIZATION, normalization(policy.normalization()));
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static JsonNode normalization(Normalization normalization) {
        if (normalization instanceof Normalization.Channels) {
            return MAPPER.valueToTree(normalization);
        }
        return MAPPER.getNodeFactory().textNode(name(normalization.getClass()));
    }
}
