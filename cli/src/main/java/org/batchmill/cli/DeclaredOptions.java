package org.batchmill.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.records.UsageException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Options that jobs declare, as a command takes them: to be mixed into it. What the user gives is set on the groups themselves; what is
 * not given stays as the group has it.
 */
final class DeclaredOptions {

    private final List<OptionField> fields = new ArrayList<>();
    private boolean optional;

    private DeclaredOptions() {}

    /** The options of the groups themselves, without those of groups in them. */
    static DeclaredOptions of(OptionGroup... groups) {
        DeclaredOptions options = new DeclaredOptions();
        for (OptionGroup group : groups) {
            options.fields.addAll(OptionField.of(group));
        }
        return options;
    }

    /** Those of these names alone. */
    DeclaredOptions only(String... names) {
        fields.removeIf(field -> !Arrays.asList(names).contains(field.name()));
        return this;
    }

    /** All but those of these names. */
    DeclaredOptions without(String... names) {
        fields.removeIf(field -> Set.of(names).contains(field.name()));
        return this;
    }

    /** None of them must be given. */
    DeclaredOptions optional() {
        optional = true;
        return this;
    }

    CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        fields.forEach(field -> spec.addOption(option(field)));
        return spec;
    }

    private OptionSpec option(OptionField field) {
        OptionSpec.Builder option = OptionSpec.builder("--" + field.name())
                .paramLabel(field.declaration().label())
                // picocli reads what follows a percent sign
                .description(field.description().replace("%", "%%"))
                .required(field.declaration().required() && !optional)
                .initialValue(field.value())
                .getter(new Access(field))
                .setter(new Access(field));
        if (field.isFlag()) {
            return option.type(field.type())
                    .arity("0")
                    .negatable(field.type() == Boolean.class)
                    .fallbackValue("true")
                    .build();
        }
        option.converters((ITypeConverter<?>) text -> parse(field, text));
        return field.isList()
                ? option.type(List.class)
                        .auxiliaryTypes(field.type())
                        .arity("1")
                        .splitRegex(field.declaration().split())
                        .build()
                : option.type(field.type()).arity("1").build();
    }

    private static Object parse(OptionField field, String text) {
        try {
            return field.parse(text);
        } catch (UsageException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** How picocli reads and sets the field. */
    record Access(OptionField field) implements IGetter, ISetter {

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // picocli asks for the field's type
        public <T> T get() {
            return (T) field.value();
        }

        @Override
        public <T> T set(T value) {
            field.set(value);
            return null;
        }
    }
}
