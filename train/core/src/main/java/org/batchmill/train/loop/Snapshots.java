package org.batchmill.train.loop;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Parameter;

/** Copies arrays between a program and a checkpoint. */
final class Snapshots {

    private Snapshots() {}

    static Map<String, float[]> parameters(Program program) {
        Map<String, float[]> parameters = new LinkedHashMap<>();
        for (Parameter parameter : program.spec().network().parameters()) {
            parameters.put(parameter.name(), program.parameter(parameter.name()));
        }
        return parameters;
    }

    static Map<String, Map<String, float[]>> slots(Program program) {
        Map<String, Map<String, float[]>> all = new LinkedHashMap<>();
        for (Parameter parameter : program.spec().network().parameters()) {
            if (parameter.trainable() && !frozen(program, parameter.layer())) {
                Map<String, float[]> slots = new LinkedHashMap<>();
                for (String slot : program.spec().optimizer().slots()) {
                    slots.put(slot, program.slot(parameter.name(), slot));
                }
                all.put(parameter.name(), slots);
            }
        }
        return all;
    }

    static void restore(Checkpoint checkpoint, Program program) {
        ProgramSpec spec = program.spec();
        checkpoint.requireModel(spec.network(), "the checkpoint to resume from");
        String optimizer = spec.optimizer().toString();
        if (!checkpoint.optimizer().equals(optimizer)) {
            throw new UsageException("the checkpoint to resume from was trained with "
                    + (checkpoint.optimizer().isEmpty() ? "no optimizer" : checkpoint.optimizer()) + ", not "
                    + optimizer
                    + ": start a new run from it instead");
        }
        checkpoint.parameters().forEach(program::setParameter);
        for (Parameter parameter : spec.network().parameters()) {
            if (!frozen(program, parameter.layer())) {
                checkpoint
                        .slots()
                        .getOrDefault(parameter.name(), Map.of())
                        .forEach((slot, values) -> program.setSlot(parameter.name(), slot, values));
            }
        }
    }

    /** What is never updated needs no slots: engines may leave them out. */
    private static boolean frozen(Program program, String layer) {
        return program.spec().rate(layer) == 0;
    }

    /** Hook states by name; those that are empty are left out. */
    static Map<String, String> states(Iterable<Hook> hooks) {
        Map<String, String> states = new HashMap<>();
        for (Hook hook : hooks) {
            String state = hook.state();
            if (!state.isEmpty() && states.put(hook.stateName(), state) != null) {
                throw new UsageException("two hooks keep their state under the name " + hook.stateName());
            }
        }
        return states;
    }
}
