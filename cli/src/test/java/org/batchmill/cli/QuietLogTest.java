package org.batchmill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class QuietLogTest {

    @Test
    void shouldBeFoundAndLeaveTheTerminalAlone() throws JoranException {
        assertThat(ServiceLoader.load(Configurator.class)).anyMatch(QuietLog.class::isInstance);
        LoggerContext context = new LoggerContext();
        new ContextInitializer(context).autoConfig();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        assertThat(root.getLevel()).isEqualTo(Level.OFF);
        assertThat(root.iteratorForAppenders()).isExhausted();
    }
}
