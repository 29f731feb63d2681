/**
 * Smaller models: weights pruned, shared or binarised, with what they would take on disk. Works on arrays; the caller measures the
 * accuracy before and after with an evaluation.
 */
package org.batchmill.train.compress;
