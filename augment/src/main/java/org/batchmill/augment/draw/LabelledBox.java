package org.batchmill.augment.draw;

import org.batchmill.records.Box;

/**
 * A box and what is written at it.
 *
 * @param label empty for nothing
 */
public record LabelledBox(Box box, String label, Rgb colour) {}
