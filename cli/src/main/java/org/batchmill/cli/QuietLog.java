package org.batchmill.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * Logback's settings: nothing on the terminal, since a run opens its own {@link LogFile}. In Java, because a {@code logback.xml} that says
 * the same costs each start a tenth of a second. Where {@code -Dlogback.configurationFile} names a file, that is taken.
 */
public final class QuietLog extends ContextAwareBase implements Configurator {

    /** Found by {@link java.util.ServiceLoader}. */
    public QuietLog() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
