package org.batchmill.records.annotations;

import java.nio.file.Path;
import org.batchmill.records.SampleId;

/**
 * An image of a folder.
 *
 * @param id    its path relative to the data set's folder
 * @param image where it should be; a list may name an image that is not there
 */
public record Entry(SampleId id, Path image) {}
