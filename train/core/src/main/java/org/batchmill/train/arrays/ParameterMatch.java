package org.batchmill.train.arrays;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/**
 * Which array of another program's file is which parameter of a network. Immutable.
 *
 * @param arrays    the array's name for each parameter that has one, in the network's order
 * @param how       how they were found, for people
 * @param otherwise what was left out and why, for people; empty if nothing was
 */
public record ParameterMatch(Map<String, String> arrays, String how, String otherwise) {

    /** PyTorch's words for what a layer holds. */
    private static final Map<Parameter.Role, String> WORDS = Map.of(
            Parameter.Role.WEIGHTS, "weight",
            Parameter.Role.BIASES, "bias",
            Parameter.Role.GAMMA, "weight",
            Parameter.Role.BETA, "bias",
            Parameter.Role.MEAN, "running_mean",
            Parameter.Role.VARIANCE, "running_var");

    /** What a wrapper for several devices puts before all names. */
    private static final String WRAPPED = "module.";

    /**
     * Matches by a list of names, by the parameters' own names where all of the file are such, and else by order and shape: the layers of the
     * network in its order with the modules of the file in theirs, as far as their shapes agree.
     *
     * @param file  names the file in errors
     * @param found the file's arrays with their shapes, in its order, without those that no parameter can be
     * @param names the file's names by those of parameters or layers; empty for none
     * @throws DataException  if less than half of the file's modules fit
     * @throws UsageException if the list names what is not there or has another shape
     */
    public static ParameterMatch of(
            Network network, String file, Map<String, List<Integer>> found, Map<String, String> names)
            throws DataException {
        if (!names.isEmpty()) {
            return byList(network, file, found, names);
        }
        Map<String, String> same = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            if (parameter.dimensions().equals(found.get(parameter.name()))) {
                same.put(parameter.name(), parameter.name());
            }
        }
        if (!same.isEmpty() && same.size() == found.size()) {
            return new ParameterMatch(same, "by name", "");
        }
        return byOrder(network, file, found);
    }

    private static ParameterMatch byList(
            Network network, String file, Map<String, List<Integer>> found, Map<String, String> names) {
        Map<String, String> matched = new LinkedHashMap<>();
        Set<String> unused = new LinkedHashSet<>(names.keySet());
        for (Parameter parameter : network.parameters()) {
            boolean own = names.containsKey(parameter.name());
            String key = own ? parameter.name() : parameter.layer();
            String name = names.get(key);
            if (name == null) {
                continue;
            }
            unused.remove(key);
            String array = own ? name : name + "." + word(parameter);
            List<Integer> dimensions = found.get(array);
            if (dimensions == null) {
                throw new UsageException(file + " holds no \"" + array + "\", which should be " + parameter.name());
            }
            if (!dimensions.equals(parameter.dimensions())) {
                throw new UsageException(array + " of " + file + " is " + dimensions + ", not " + parameter.dimensions()
                        + " as " + parameter.name());
            }
            matched.put(parameter.name(), array);
        }
        if (!unused.isEmpty()) {
            throw UsageException.unknownName(
                    "layer or parameter of " + network.name(), unused.iterator().next(), known(network));
        }
        return new ParameterMatch(matched, "by the list of names", "");
    }

    private static Set<String> known(Network network) {
        Set<String> known = new LinkedHashSet<>();
        for (Parameter parameter : network.parameters()) {
            known.add(parameter.layer());
            known.add(parameter.name());
        }
        return known;
    }

    private static String word(Parameter parameter) {
        // Of recurrent layers the second matrix, and gates that lie otherwise: there is no such name, and the error
        // says so.
        return parameter.name().endsWith("/recurrent") ? "weight_hh" : WORDS.get(parameter.role());
    }

    private static ParameterMatch byOrder(Network network, String file, Map<String, List<Integer>> found)
            throws DataException {
        List<Module> layers = layers(network);
        List<Module> modules = modules(found);
        Map<String, String> matched = new LinkedHashMap<>();
        int same = 0;
        while (same < Math.min(layers.size(), modules.size())
                && layers.get(same).shapes().equals(modules.get(same).shapes())) {
            Module layer = layers.get(same);
            Module module = modules.get(same);
            layer.names()
                    .forEach((word, parameter) ->
                            matched.put(parameter, module.names().get(word)));
            same++;
        }
        String otherwise = otherwise(layers, modules, same);
        if (same * 2 < modules.size() || same == 0) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED,
                    file,
                    "fits " + network.name() + " neither by names nor by order and shape: "
                            + (otherwise.isEmpty() ? "it holds no weights" : otherwise));
        }
        Module first = layers.get(0);
        Module last = layers.get(same - 1);
        String how = "by order and shape, " + same + " of " + layers.size() + " layers: " + first.name() + " is "
                + modules.get(0).name() + ", " + last.name() + " is "
                + modules.get(same - 1).name();
        return new ParameterMatch(matched, how, otherwise);
    }

    private static String otherwise(List<Module> layers, List<Module> modules, int same) {
        if (same < Math.min(layers.size(), modules.size())) {
            return layers.get(same).described() + " is not " + modules.get(same).described();
        }
        if (same < layers.size()) {
            return "nothing in the file for " + layers.get(same).described();
        }
        return same < modules.size() ? "no layer for " + modules.get(same).described() + " and what follows" : "";
    }

    /**
     * A layer of ours, or a module of theirs.
     *
     * @param names  of its parameters, by PyTorch's words for them
     * @param shapes likewise
     */
    private record Module(String name, Map<String, String> names, Map<String, List<Integer>> shapes) {

        Module(String name) {
            this(name, new LinkedHashMap<>(), new LinkedHashMap<>());
        }

        String described() {
            return name + " " + shapes.values();
        }
    }

    private static List<Module> layers(Network network) {
        Map<String, Module> layers = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            Module layer = layers.computeIfAbsent(parameter.layer(), Module::new);
            layer.names().put(word(parameter), parameter.name());
            layer.shapes().put(word(parameter), parameter.dimensions());
        }
        return new ArrayList<>(layers.values());
    }

    private static List<Module> modules(Map<String, List<Integer>> found) {
        Map<String, Module> modules = new LinkedHashMap<>();
        found.forEach((name, dimensions) -> {
            int dot = name.lastIndexOf('.');
            String module = dot < 0 ? "" : name.substring(0, dot);
            Module one = modules.computeIfAbsent(unwrapped(module), Module::new);
            String word = name.substring(dot + 1).toLowerCase(Locale.ROOT);
            one.names().put(word, name);
            one.shapes().put(word, dimensions);
        });
        return new ArrayList<>(modules.values());
    }

    private static String unwrapped(String module) {
        return module.startsWith(WRAPPED) ? module.substring(WRAPPED.length()) : module;
    }
}
