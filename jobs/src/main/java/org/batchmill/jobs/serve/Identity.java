package org.batchmill.jobs.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** What decides which batches come: a state goes on only where all of it is the same. Immutable. */
record Identity(Map<String, String> facts) {

    /** @throws Refusal naming what differs, if a state is of something else */
    void require(JsonNode of) throws Refusal {
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            String other = of.path(fact.getKey()).asText("nothing");
            if (!other.equals(fact.getValue())) {
                throw Refusal.forGood("the state is of other batches: its " + fact.getKey() + " is " + other
                        + ", here it is " + fact.getValue());
            }
        }
    }

    /** Facts one by one, in the order in which they are compared. */
    static final class Builder {

        private final Map<String, String> facts = new LinkedHashMap<>();

        Builder with(String what, Object value) {
            facts.put(what, String.valueOf(value));
            return this;
        }

        Identity build() {
            return new Identity(facts);
        }
    }
}
