package org.batchmill.train.network;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a component of a description: what it is where it isn't written. Descriptions from before there was such a component are read so, and
 * those that hold the usual value are written as they were then.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Usual {

    /** The value as text. */
    String value();
}
