package org.batchmill.jobs.options;

import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;

/** One option of one group: its declaration, and the field that holds its value. As thread-safe as the group. */
public final class OptionField {

    private final OptionGroup group;
    private final Field field;
    private final JobOption declaration;

    private OptionField(OptionGroup group, Field field, JobOption declaration) {
        this.group = group;
        this.field = field;
        this.declaration = declaration;
    }

    /** The options of a group itself, in the order in which they are declared. */
    public static List<OptionField> of(OptionGroup group) {
        List<OptionField> options = new ArrayList<>();
        for (Field field : group.getClass().getFields()) {
            JobOption declaration = field.getAnnotation(JobOption.class);
            if (declaration != null) {
                options.add(new OptionField(group, field, declaration));
            }
        }
        return options;
    }

    /** The options of a group, and behind them those of the groups in it. */
    public static List<OptionField> within(OptionGroup group) {
        List<OptionField> options = of(group);
        for (Field field : group.getClass().getFields()) {
            if (OptionGroup.class.isAssignableFrom(field.getType())) {
                options.addAll(within((OptionGroup) get(field, group)));
            }
        }
        return options;
    }

    /** A group with the same values, of which nothing is shared. */
    public static <G extends OptionGroup> G copy(G group) {
        G copy = fresh(group);
        List<OptionField> from = within(group);
        List<OptionField> into = within(copy);
        for (int i = 0; i < from.size(); i++) {
            into.get(i).set(from.get(i).value());
        }
        return copy;
    }

    @SuppressWarnings("unchecked") // a group's class makes groups of its type
    private static <G extends OptionGroup> G fresh(G group) {
        try {
            return (G) group.getClass().getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(group.getClass() + " has no public constructor without parameters", e);
        }
    }

    /** On the command line and in YAML files, without dashes: {@code evaluate-steps} for a field {@code evaluateSteps}. */
    public String name() {
        return field.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** In Java. */
    public String fieldName() {
        return field.getName();
    }

    /** The group that declares it. */
    public Class<? extends OptionGroup> groupType() {
        return group.getClass();
    }

    public JobOption declaration() {
        return declaration;
    }

    /** What it says or does and what its default is, for people. */
    public String description() {
        String standard = declaration.otherwise().isEmpty() ? ownDefault() : declaration.otherwise();
        return standard.isEmpty() ? declaration.value() : declaration.value() + " Default: " + standard + ".";
    }

    private String ownDefault() {
        Object value = get(field, fresh(group));
        boolean says = value != null && !value.equals(false) && !value.equals(List.of());
        return says ? String.valueOf(write(value)) : "";
    }

    /** Of the value, or of the values in its list. */
    public Class<?> type() {
        return isList()
                ? (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0]
                : field.getType();
    }

    public boolean isList() {
        return field.getType() == List.class;
    }

    /** Whether it is given without a value. */
    public boolean isFlag() {
        return field.getType() == boolean.class || field.getType() == Boolean.class;
    }

    /** Null if it was not given and the job, the task or the recipe decides. */
    public Object value() {
        return get(field, group);
    }

    /** Whether it holds another value than in a group that nobody filled in. */
    public boolean isGiven() {
        return !Objects.equals(value(), get(field, fresh(group)));
    }

    /** @param value of the field's type, of a list all of them; null for what was not given */
    public void set(Object value) {
        try {
            field.set(group, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " is not public", e);
        }
    }

    /** The value as it stands in a YAML file: a text, a number, a truth value or a list of them; null if it was not given. */
    public Object written() {
        Object value = value();
        if (value == null) {
            return null;
        }
        return value instanceof List<?> values
                ? values.stream().map(this::write).toList()
                : write(value);
    }

    @SuppressWarnings("unchecked") // a form is chosen by the type
    private Object write(Object value) {
        return ((TextForm<Object>) form()).write(value);
    }

    /**
     * Reads one value, or one of the list's.
     *
     * @throws UsageException if the text is none, or a number that the option does not take; the option is not named
     */
    public Object parse(String text) {
        Object value;
        try {
            value = form().parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
        rangeLeftBy(value).ifPresent(range -> {
            throw new UsageException("it is " + range + ", not " + text.strip());
        });
        return value;
    }

    /**
     * For a job, which was not given its options as texts.
     *
     * @throws OptionException if the value is a number that the option does not take
     */
    public void requireRange() {
        rangeLeftBy(value()).ifPresent(range -> {
            throw new OptionException("{" + name() + "} is " + range + ", not {}", written());
        });
    }

    /** The range that a value lies outside of, in words. */
    private Optional<String> rangeLeftBy(Object value) {
        Within range = field.getAnnotation(Within.class);
        if (range == null || value == null || !(write(value) instanceof Number written)) {
            return Optional.empty();
        }
        double number = written.doubleValue();
        boolean within = number >= range.atLeast()
                && (number > range.above() || range.above() == Double.NEGATIVE_INFINITY)
                && number <= range.atMost()
                && (number < range.below() || range.below() == Double.POSITIVE_INFINITY);
        return within ? Optional.empty() : Optional.of(words(range));
    }

    private static String words(Within range) {
        List<String> words = new ArrayList<>();
        bound(words, "at least ", range.atLeast());
        bound(words, "above ", range.above());
        bound(words, "at most ", range.atMost());
        bound(words, "below ", range.below());
        return String.join(" and ", words);
    }

    private static void bound(List<String> words, String word, double bound) {
        if (Double.isFinite(bound)) {
            words.add(word + (bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound)));
        }
    }

    /**
     * Reads the value, of a list all that are divided by its separator.
     *
     * @throws OptionException if the text is none
     */
    public void setText(String text) {
        try {
            if (isList()) {
                List<Object> values = new ArrayList<>();
                for (String one : text.split(declaration.split(), -1)) {
                    values.add(parse(one));
                }
                set(List.copyOf(values));
            } else {
                set(parse(text));
            }
        } catch (UsageException e) {
            OptionException named = new OptionException("{" + name() + "} cannot be {}: {}", text, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    private TextForm<?> form() {
        if (declaration.form() == TextForm.OfType.class) {
            return TextForms.of(type());
        }
        try {
            return declaration.form().getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(declaration.form() + " has no constructor without parameters", e);
        }
    }

    @Override
    public String toString() {
        return name();
    }

    private static Object get(Field field, OptionGroup group) {
        try {
            return field.get(group);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " is not public", e);
        }
    }
}
