package org.batchmill.jobs.input;

import java.util.HashSet;
import java.util.Set;
import org.batchmill.records.Box;
import org.batchmill.records.Labels;

/** What makes two samples alike when the quality of a shuffle is evaluated. */
final class SampleKinds {

    /** Steering angles this close are alike. */
    private static final float ANGLE = 0.1f;

    private SampleKinds() {}

    /** Equal for samples of the same class or the same set of classes, or that steer alike. */
    static long of(Labels labels) {
        return labels.accept(new Kinds());
    }

    /** The classes that are learnt from a sample: those of its objects without crowds, or its own. */
    static Set<String> classes(Labels labels) {
        Set<String> names = new HashSet<>(labels.classNames());
        if (labels.boxes().stream().anyMatch(Box::crowd)) {
            names.clear();
            labels.boxes().stream().filter(box -> !box.crowd()).forEach(box -> names.add(box.className()));
        }
        return names;
    }

    private record Kinds() implements Labels.Visitor<Long, RuntimeException> {

        @Override
        public Long unlabelled(Labels.Unlabelled none) {
            return 0L;
        }

        @Override
        public Long boxes(Labels.Boxes objects) {
            return (long) classes(objects).hashCode();
        }

        @Override
        public Long classLabel(Labels.ClassLabel label) {
            return (long) label.className().hashCode();
        }

        @Override
        public Long own(Labels.Own labels) {
            return (long) labels.value().hashCode();
        }

        @Override
        public Long mixedClasses(Labels.MixedClasses labels) {
            return (long) labels.className().hashCode();
        }

        @Override
        public Long steering(Labels.Steering label) {
            return (long) Math.round(label.angle() / ANGLE);
        }

        @Override
        public Long targets(Labels.Targets numbers) {
            return 0L;
        }
    }
}
