package org.batchmill.it.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.clients.admin.Admin;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests one broker for all of them, which none of them stops. Each class begins without topics: names are its own. */
final class SharedBroker implements ParameterResolver, BeforeAllCallback {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedBroker.class);

    /** Ended by JUnit when all tests are done. */
    private record Held(KafkaBroker broker) implements AutoCloseable {
        @Override
        public void close() {
            broker.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Held held = context.getRoot().getStore(NAMESPACE).get("broker", Held.class);
        if (held != null) {
            try (Admin admin = held.broker().admin()) {
                admin.deleteTopics(admin.listTopics().names().get()).all().get();
                Await.until(
                        "the topics are gone",
                        () -> admin.listTopics().names().get().isEmpty());
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KafkaBroker.class;
    }

    @Override
    public KafkaBroker resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("broker", key -> new Held(start()), Held.class)
                .broker();
    }

    private static KafkaBroker start() {
        try {
            Path folder = Files.createTempDirectory("broker-");
            return KafkaBroker.start(folder);
        } catch (Exception e) {
            throw new IllegalStateException("no broker: " + e.getMessage(), e);
        }
    }
}
