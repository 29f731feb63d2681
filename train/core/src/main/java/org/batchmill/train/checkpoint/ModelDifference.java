package org.batchmill.train.checkpoint;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Objects;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;

/** Where two networks differ, in words. */
final class ModelDifference {

    private ModelDifference() {}

    /** The first difference that matters to parameters and outputs, or null; the names of the models alone do not matter. */
    static String between(Network held, Network wanted) {
        String names = held.name().equals(wanted.name())
                ? held.name()
                : held.name() + " where " + wanted.name() + " is wanted";
        if (!held.input().equals(wanted.input()) || held.timeSteps() != wanted.timeSteps()) {
            return names + ": its input is " + held.input() + ", not " + wanted.input();
        }
        List<Layer> its = held.layers();
        List<Layer> others = wanted.layers();
        for (int i = 0; i < Math.max(its.size(), others.size()); i++) {
            Layer mine = i < its.size() ? its.get(i) : null;
            Layer other = i < others.size() ? others.get(i) : null;
            if (!Objects.equals(mine, other)) {
                return names + ": layer " + (i + 1) + " " + difference(mine, other);
            }
            List<String> read = held.inputs().get(mine.name());
            if (!read.equals(wanted.inputs().get(mine.name()))) {
                return names + ": layer " + mine.name() + " reads " + read + ", not "
                        + wanted.inputs().get(mine.name());
            }
        }
        return null;
    }

    /** Of layers of one kind the first part that differs. */
    private static String difference(Layer mine, Layer other) {
        if (mine == null || other == null || mine.getClass() != other.getClass()) {
            return "is " + describe(mine) + ", not " + describe(other);
        }
        for (RecordComponent part : mine.getClass().getRecordComponents()) {
            Object its = value(part, mine);
            Object wanted = value(part, other);
            if (!Objects.equals(its, wanted)) {
                return mine.name() + " has " + part.getName() + " " + its + ", not " + wanted;
            }
        }
        return "is " + mine + ", not " + other;
    }

    private static Object value(RecordComponent part, Layer layer) {
        try {
            return part.getAccessor().invoke(layer);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(part + " of a layer cannot be read", e);
        }
    }

    private static String describe(Layer layer) {
        return layer == null ? "missing" : layer.getClass().getSimpleName() + " " + layer.name();
    }
}
