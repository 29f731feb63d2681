package org.batchmill.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What libraries say goes to {@code batchmill.log} in the run folder, or nowhere where there is no run. */
final class LogFile {

    private LogFile() {}

    /** From now on log lines are appended to {@code batchmill.log} in a run folder. */
    static void open(Path runFolder) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level [%thread] %logger{30} - %msg%n");
        encoder.start();
        FileAppender<ILoggingEvent> file = new FileAppender<>();
        file.setContext(context);
        file.setFile(runFolder.resolve("batchmill.log").toString());
        file.setEncoder(encoder);
        file.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(file);
        root.setLevel(Level.INFO);
        // To S3's provider each file that is looked for and is not there is an error; what fails is told by the
        // command.
        context.getLogger("software.amazon.nio").setLevel(Level.OFF);
    }

    /** A stream whose lines become log lines. */
    static PrintStream printStream(String logger) {
        return new PrintStream(new LoggingStream(logger), true, StandardCharsets.UTF_8);
    }

    private static final class LoggingStream extends OutputStream {

        private final String name;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        LoggingStream(String name) {
            this.name = name;
        }

        @Override
        public synchronized void write(int b) {
            if (b != '\n') {
                line.write(b);
                return;
            }
            String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
            line.reset();
            if (!text.isEmpty()) {
                LoggerFactory.getLogger(name).info(text);
            }
        }
    }
}
