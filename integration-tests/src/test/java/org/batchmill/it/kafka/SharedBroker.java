package org.batchmill.it.kafka;

import org.apache.kafka.clients.admin.Admin;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.testing.Await;
import org.batchmill.testing.PerJvm;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests one broker for all of them, which none of them stops. Each class begins without topics: names are its own. */
final class SharedBroker implements ParameterResolver, BeforeAllCallback {

    private static final PerJvm<KafkaBroker> BROKER = new PerJvm<>("broker", KafkaBroker::start);

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        try (Admin admin = BROKER.get().admin()) {
            admin.deleteTopics(admin.listTopics().names().get()).all().get();
            Await.until(
                    "the topics are gone",
                    () -> admin.listTopics().names().get().isEmpty());
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KafkaBroker.class;
    }

    @Override
    public KafkaBroker resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            return BROKER.get();
        } catch (Exception e) {
            throw new ParameterResolutionException("no broker: " + e.getMessage(), e);
        }
    }
}
