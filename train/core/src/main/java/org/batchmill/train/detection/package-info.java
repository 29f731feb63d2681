/**
 * Finding objects: how boxes become the targets of a grid, how outputs become boxes again, and how good those are. The task that the
 * loop trains is {@link org.batchmill.train.detection.DetectionTask}. Nothing here depends on an engine.
 */
package org.batchmill.train.detection;
