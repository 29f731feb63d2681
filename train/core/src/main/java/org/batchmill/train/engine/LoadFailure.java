package org.batchmill.train.engine;

/** Says in one line why a library of natives cannot be used. Stateless. */
public final class LoadFailure {

    private static final String NOT_INITIALISED = "Could not initialize class";

    private LoadFailure() {}

    /**
     * The line.
     *
     * @param library what the user calls it
     * @param failure what loading it threw; its innermost cause tells
     */
    public static String line(String library, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        boolean missing = root instanceof ClassNotFoundException
                || (root instanceof NoClassDefFoundError && !message.startsWith(NOT_INITIALISED));
        return missing
                ? library + "'s jars are not on this class path, which the launcher makes for one engine: "
                        + message.replace('/', '.') + " is missing"
                : library + "'s natives do not load: " + root.getClass().getSimpleName() + ": " + message;
    }
}
