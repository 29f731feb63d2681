package org.batchmill.train.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.batchmill.records.MissingPartException;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Layer;

/** The engines on the class path. Thread-safe. */
public final class Engines {

    /** The name that asks for the first engine that runs here. */
    public static final String AUTO = "auto";

    /** Fastest first, measured on CPUs with AVX-512; what is not in the list comes last. */
    private static final List<String> PREFERENCE = List.of("onednn", "torch", "nd4j");

    private Engines() {}

    /** Every engine on the class path, preferred first; none of them needs to run here. */
    public static List<Engine> installed() {
        List<Engine> engines = new ArrayList<>();
        ServiceLoader.load(Engine.class).forEach(engines::add);
        engines.sort(
                Comparator.comparingInt((Engine engine) -> rank(engine.name())).thenComparing(Engine::name));
        return List.copyOf(engines);
    }

    private static int rank(String name) {
        int rank = PREFERENCE.indexOf(name);
        return rank < 0 ? PREFERENCE.size() : rank;
    }

    /**
     * The engine of this name, or with {@code auto} the first that can run: one that has a GPU here before all others.
     *
     * @throws UsageException       if no engine of this name exists
     * @throws MissingPartException if it is not installed, or cannot run on this machine
     */
    public static Engine named(String name) {
        return choose(name, installed());
    }

    /**
     * Begins to load the natives of the engine that {@link #named(String)} will give, where that is known without asking engines, and does not wait
     * for them. An engine that is not here or cannot run is told of when it is asked for.
     */
    public static void begin(String name) {
        begin(name, installed());
    }

    static void begin(String name, List<Engine> installed) {
        for (Engine engine : installed) {
            // Of several the first that can run here is taken: none may load in vain, since their natives share names.
            if (engine.name().equals(name) || (name.equals(AUTO) && installed.size() == 1)) {
                engine.begin();
            }
        }
    }

    static Engine choose(String name, List<Engine> installed) {
        if (name.equals(AUTO)) {
            return first(installed);
        }
        for (Engine engine : installed) {
            if (engine.name().equals(name)) {
                String unavailable = engine.unavailable();
                if (unavailable != null) {
                    throw new MissingPartException("engine " + name + " cannot run here: " + unavailable);
                }
                return engine;
            }
        }
        if (PREFERENCE.contains(name)) {
            throw new MissingPartException("engine " + name + " is not installed; installed: " + names(installed));
        }
        throw UsageException.unknownName(
                "engine", name, installed.stream().map(Engine::name).toList());
    }

    private static Engine first(List<Engine> installed) {
        for (Engine engine : installed) {
            if (engine.withoutGpu() == null) {
                return engine;
            }
        }
        List<String> reasons = new ArrayList<>();
        for (Engine engine : installed) {
            String unavailable = engine.unavailable();
            if (unavailable == null) {
                return engine;
            }
            reasons.add(engine.name() + ": " + unavailable);
        }
        throw new MissingPartException(
                installed.isEmpty()
                        ? "no engine is installed: put one of lib/engine-* on the class path"
                        : "no engine can run here: " + String.join("; ", reasons));
    }

    /**
     * What an engine throws that cannot do a layer.
     *
     * @param what it lacks, as in "engine nd4j has no grouped convolution"
     */
    public static UsageException lacks(String engine, Layer layer, String what) {
        return new UsageException(layer.name() + ": engine " + engine + " has no " + what);
    }

    private static String names(List<Engine> engines) {
        return engines.isEmpty()
                ? "none"
                : String.join(", ", engines.stream().map(Engine::name).toList());
    }
}
