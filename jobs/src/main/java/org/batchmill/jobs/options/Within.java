package org.batchmill.jobs.options;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Which numbers an option takes, as they are written: of a duration in minutes, minutes. Null, which stands for what was not given, is none.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Within {

    /** The least. */
    double atLeast() default Double.NEGATIVE_INFINITY;

    /** Greater than this. */
    double above() default Double.NEGATIVE_INFINITY;

    /** The greatest. */
    double atMost() default Double.POSITIVE_INFINITY;

    /** Less than this. */
    double below() default Double.POSITIVE_INFINITY;
}
