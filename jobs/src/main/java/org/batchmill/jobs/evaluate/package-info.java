/**
 * The evaluation of a model on labelled samples, and the drawing of what it predicts. The command line, the training job and the
 * compression may call it. It changes no model.
 */
package org.batchmill.jobs.evaluate;
