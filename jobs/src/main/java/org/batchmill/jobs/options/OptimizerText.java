package org.batchmill.jobs.options;

import java.util.List;
import java.util.Locale;
import org.batchmill.records.UsageException;
import org.batchmill.train.optimize.Optimizer;

/** Update rules as texts: a name, and numbers behind a colon where they differ from the defaults. */
final class OptimizerText implements TextForm<Optimizer> {

    private static final List<String> FORMS = List.of(
            "sgd",
            "momentum:M",
            "nesterov:M",
            "adagrad:INITIAL,EPSILON",
            "adadelta:RHO,EPSILON",
            "rmsprop:RHO,EPSILON",
            "adam:B1,B2,EPSILON",
            "adamw:DECAY,B1,B2,EPSILON");

    @Override
    public Optimizer parse(String text) {
        String[] parts = text.toLowerCase(Locale.ROOT).split(":", 2);
        float[] n = numbers(parts.length == 2 ? parts[1] : "");
        String form = FORMS.stream()
                .filter(one -> one.split(":", 2)[0].equals(parts[0]))
                .findFirst()
                .orElseThrow(() -> UsageException.unknownName("optimizer", parts[0], FORMS));
        if (n.length > form.split("[:,]").length - 1) {
            throw new UsageException(text + " has more numbers than " + form);
        }
        return switch (parts[0]) {
            case "sgd" -> new Optimizer.Sgd();
            case "momentum" -> new Optimizer.Momentum(share(n, 0, .9f));
            case "nesterov" -> new Optimizer.Nesterov(share(n, 0, .9f));
            case "adagrad" -> new Optimizer.Adagrad(or(n, 0, 0), or(n, 1, 1e-7f));
            case "adadelta" -> new Optimizer.Adadelta(share(n, 0, .95f), or(n, 1, 1e-6f));
            case "rmsprop" -> new Optimizer.RmsProp(share(n, 0, .9f), or(n, 1, 1e-7f));
            case "adam" -> new Optimizer.Adam(share(n, 0, .9f), share(n, 1, .999f), or(n, 2, 1e-8f));
            default -> new Optimizer.AdamW(share(n, 1, .9f), share(n, 2, .999f), or(n, 3, 1e-8f), or(n, 0, .01f));
        };
    }

    private static float[] numbers(String list) {
        if (list.isEmpty()) {
            return new float[0];
        }
        String[] parts = list.split(",", -1);
        float[] numbers = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                numbers[i] = Float.parseFloat(parts[i].strip());
            } catch (NumberFormatException e) {
                throw new UsageException("\"" + parts[i] + "\" is not a number", e);
            }
            if (!Float.isFinite(numbers[i]) || numbers[i] < 0) {
                throw new UsageException("the numbers of an optimizer are at least 0, not " + parts[i].strip());
            }
        }
        return numbers;
    }

    /** What is kept of the old: all of it, or more, and the steps grow without end. */
    private static float share(float[] numbers, int index, float otherwise) {
        float share = or(numbers, index, otherwise);
        if (share >= 1) {
            throw new UsageException("what an optimizer keeps of the old is a share below 1, not " + share);
        }
        return share;
    }

    private static float or(float[] numbers, int index, float otherwise) {
        return index < numbers.length ? numbers[index] : otherwise;
    }

    /** Numbers that are the defaults are left out. */
    @Override
    public String write(Optimizer optimizer) {
        String whole = optimizer.accept(new Whole());
        String name = whole.split(":", 2)[0];
        return parse(name).equals(optimizer) ? name : whole;
    }

    /** The name with all numbers, in the order in which they are read. */
    private static final class Whole implements Optimizer.Visitor<String> {
        @Override
        public String sgd(Optimizer.Sgd rule) {
            return "sgd";
        }

        @Override
        public String momentum(Optimizer.Momentum rule) {
            return "momentum:" + rule.momentum();
        }

        @Override
        public String nesterov(Optimizer.Nesterov rule) {
            return "nesterov:" + rule.momentum();
        }

        @Override
        public String adagrad(Optimizer.Adagrad rule) {
            return "adagrad:" + rule.initial() + "," + rule.epsilon();
        }

        @Override
        public String adadelta(Optimizer.Adadelta rule) {
            return "adadelta:" + rule.rho() + "," + rule.epsilon();
        }

        @Override
        public String rmsProp(Optimizer.RmsProp rule) {
            return "rmsprop:" + rule.rho() + "," + rule.epsilon();
        }

        @Override
        public String adam(Optimizer.Adam rule) {
            return "adam:" + rule.beta1() + "," + rule.beta2() + "," + rule.epsilon();
        }

        @Override
        public String adamW(Optimizer.AdamW rule) {
            return "adamw:" + rule.decay() + "," + rule.beta1() + "," + rule.beta2() + "," + rule.epsilon();
        }
    }
}
