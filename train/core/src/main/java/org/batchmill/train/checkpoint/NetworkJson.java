package org.batchmill.train.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.batchmill.train.network.Block;
import org.batchmill.train.network.Inlined;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.NetworkBuilder;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Usual;

/**
 * Networks as JSON and back. The description is records all through, so it is written by their components: each value of a sealed
 * interface carries its record's simple name as {@code "type"}. Nothing outside the permitted records is ever instantiated. Null
 * components and {@link Usual} values are left out; those of {@link Inlined} records stand among the others. A layer that does not read the
 * one before it, or not it alone, has the names of what it reads as {@code "inputs"}.
 */
public final class NetworkJson {

    private static final String TYPE = "type";
    private static final String LAYERS = "layers";
    private static final String INPUTS = "inputs";

    private NetworkJson() {}

    /** A network as JSON. */
    public static ObjectNode write(Network network) {
        ObjectNode object = writeRecord(
                new Chain(network.name(), network.input(), network.timeSteps(), List.copyOf(network.layers())));
        String before = Network.INPUT;
        for (JsonNode layer : object.get(LAYERS)) {
            String name = layer.get("name").asText();
            List<String> inputs = network.inputs().get(name);
            if (!inputs.equals(List.of(before))) {
                ((ObjectNode) layer).set(INPUTS, writeValue(inputs));
            }
            before = name;
        }
        return object;
    }

    /** A network as it was when each layer read the one before. */
    private record Chain(String name, Shape input, int timeSteps, List<Block> layers) {
        Chain {
            Objects.requireNonNull(name, "lacks name");
            Objects.requireNonNull(input, "lacks input");
            Objects.requireNonNull(layers, "lacks layers");
        }
    }

    /** @throws IllegalArgumentException if this is no network; the message names the place */
    public static Network read(JsonNode json) {
        String place = "network";
        Chain chain = (Chain) readRecord(Chain.class, json, place);
        try {
            NetworkBuilder network =
                    Network.builder(chain.name(), chain.input()).timeSteps(chain.timeSteps());
            for (int i = 0; i < chain.layers().size(); i++) {
                JsonNode inputs = json.get(LAYERS).get(i).path(INPUTS);
                network.add(chain.layers().get(i), names(inputs));
            }
            return network.build();
        } catch (RuntimeException e) {
            // Whatever damaged numbers and missing parts lead to: strides of 0, sizes beyond all bounds.
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    private static String[] names(JsonNode json) {
        String[] names = new String[json.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = json.path(i).asText();
        }
        return names;
    }

    private static JsonNode writeValue(Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value instanceof List<?> list) {
            ArrayNode array = nodes.arrayNode();
            list.forEach(element -> array.add(writeValue(element)));
            return array;
        } else if (value instanceof Record) {
            return writeRecord(value);
        } else if (value instanceof Enum<?> constant) {
            return nodes.textNode(constant.name());
        } else if (value instanceof Boolean bool) {
            return nodes.booleanNode(bool);
        } else if (value instanceof Integer number) {
            return nodes.numberNode(number);
        } else if (value instanceof Float number) {
            return nodes.numberNode(number);
        } else if (value instanceof String text) {
            return nodes.textNode(text);
        }
        throw new IllegalArgumentException("a network cannot hold " + value);
    }

    private static ObjectNode writeRecord(Object value) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        if (sealedParent(value.getClass()) != null) {
            object.put(TYPE, value.getClass().getSimpleName());
        }
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object its = get(component, value);
            if (component.isAnnotationPresent(Inlined.class)) {
                object.setAll(writeRecord(its));
            } else if (its != null && !isUsual(component, its)) {
                object.set(component.getName(), writeValue(its));
            }
        }
        return object;
    }

    private static boolean isUsual(RecordComponent component, Object value) {
        Usual usual = component.getAnnotation(Usual.class);
        return usual != null && usual.value().equals(value.toString());
    }

    private static Object get(RecordComponent component, Object value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component + " of a public record cannot be read", e);
        }
    }

    private static Class<?> sealedParent(Class<?> type) {
        for (Class<?> parent : type.getInterfaces()) {
            if (parent.isSealed()) {
                return parent;
            }
        }
        return null;
    }

    private static Object readValue(Type type, JsonNode json, String place) {
        if (type instanceof ParameterizedType list) {
            List<Object> elements = new ArrayList<>();
            for (JsonNode element : json) {
                elements.add(readValue(list.getActualTypeArguments()[0], element, place + "[" + elements.size() + "]"));
            }
            return elements;
        }
        return readPlain((Class<?>) type, json, place);
    }

    private static Object readPlain(Class<?> type, JsonNode json, String place) {
        if (type.isSealed()) {
            return readRecord(permitted(type, json, place), json, place);
        } else if (type.isRecord()) {
            return readRecord(type, json, place);
        } else if (type.isEnum()) {
            return constant(type, json, place);
        } else if (type == boolean.class && json.isBoolean()) {
            return json.booleanValue();
        } else if (type == int.class && json.canConvertToInt()) {
            return json.intValue();
        } else if (type == float.class && json.isNumber()) {
            return json.floatValue();
        } else if (type == String.class && json.isTextual()) {
            return json.textValue();
        }
        throw new IllegalArgumentException(place + ": " + json + " is not of type " + type.getSimpleName());
    }

    private static Class<?> permitted(Class<?> type, JsonNode json, String place) {
        String name = json.path(TYPE).asText();
        Class<?> found = permitted(type, name);
        if (found != null) {
            return found;
        }
        String kind = type == Block.class ? "Layer" : type.getSimpleName();
        throw new IllegalArgumentException(place + ": no " + kind + " is called \"" + name + "\"");
    }

    private static Class<?> permitted(Class<?> type, String name) {
        for (Class<?> candidate : type.getPermittedSubclasses()) {
            Class<?> found = candidate.isSealed() ? permitted(candidate, name) : candidate;
            if (found != null && found.getSimpleName().equals(name)) {
                return found;
            }
        }
        return null;
    }

    private static Object constant(Class<?> type, JsonNode json, String place) {
        for (Object candidate : type.getEnumConstants()) {
            if (((Enum<?>) candidate).name().equals(json.asText())) {
                return candidate;
            }
        }
        throw new IllegalArgumentException(place + ": no " + type.getSimpleName() + " is called " + json);
    }

    private static Object readRecord(Class<?> type, JsonNode json, String place) {
        if (!json.isObject()) {
            throw new IllegalArgumentException(place + ": is not an object");
        }
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            if (components[i].isAnnotationPresent(Inlined.class)) {
                values[i] = readRecord(types[i], json, place);
                continue;
            }
            JsonNode its = json.has(components[i].getName()) ? json.get(components[i].getName()) : usual(components[i]);
            if (its == null && types[i].isPrimitive()) {
                throw new IllegalArgumentException(place + ": lacks " + components[i].getName());
            }
            values[i] = its == null
                    ? null
                    : readValue(components[i].getGenericType(), its, place + "." + components[i].getName());
        }
        return construct(type, types, values, place);
    }

    /** What a component is where it isn't written; null if it has to be. */
    private static JsonNode usual(RecordComponent component) {
        Usual usual = component.getAnnotation(Usual.class);
        if (usual == null) {
            return null;
        }
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return component.getType() == boolean.class
                ? nodes.booleanNode(Boolean.parseBoolean(usual.value()))
                : nodes.numberNode(Integer.parseInt(usual.value()));
    }

    private static Object construct(Class<?> type, Class<?>[] types, Object[] values, String place) {
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(types);
            return canonical.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(place + ": " + e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is not a public record", e);
        }
    }
}
