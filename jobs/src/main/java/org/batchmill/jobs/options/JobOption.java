package org.batchmill.jobs.options;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a public field of an {@link OptionGroup} as an option. The field gives its name, its type and its default; nothing of it
 * stands anywhere else: the command line, its help, config.yaml, {@code tune --search} and the table of docs/cli.md are made from this.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface JobOption {

    /** What it says or does, for people, without its default. */
    String value();

    /** What its value is called; empty for a flag. */
    String label() default "";

    /** What is taken where the field is null, or where its default depends on the machine: for people. */
    String otherwise() default "";

    /** Whether a job makes no sense without it. */
    boolean required() default false;

    /** Whether it is among the few that most people need: help shows those first, and the others when it is asked for all. */
    boolean common() default false;

    /** What divides the values of a list in one text. */
    String split() default ",";

    /** Whether it belongs to one call and not to a training, so that config.yaml leaves it out and a search cannot change it. */
    boolean ofOneCall() default false;

    /** How its value is read and written, where that does not follow from the type. */
    Class<? extends TextForm<?>> form() default TextForm.OfType.class;
}
