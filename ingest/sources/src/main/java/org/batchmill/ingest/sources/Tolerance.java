package org.batchmill.ingest.sources;

import java.util.List;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DamagePolicy;

/**
 * What is tolerated while data is opened and read. Damage inside a sample is not its business: {@code read} throws it, and the caller decides.
 *
 * @param boxes  check boxes and classes, and count what they drop and clip
 * @param damage decides about damaged places in the framing of record files, which are met when a file without a fitting index is
 *               opened
 */
public record Tolerance(BoxRules boxes, DamagePolicy damage) {

    /** The first damaged place ends the opening; boxes of all but these classes are bad. */
    public static Tolerance strict(List<String> classes) {
        return new Tolerance(new BoxRules(classes), DamagePolicy.fail());
    }
}
