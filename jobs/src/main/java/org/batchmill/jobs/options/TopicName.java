package org.batchmill.jobs.options;

/** The form {@code kafka:TOPIC} in which options name a topic. Stateless. */
public final class TopicName {

    private static final String PREFIX = "kafka:";

    private TopicName() {}

    /** Whether this names a topic; null does not. */
    public static boolean isTopic(String where) {
        return where != null && where.startsWith(PREFIX);
    }

    /** The topic's own name. */
    public static String of(String where) {
        return where.substring(PREFIX.length());
    }
}
