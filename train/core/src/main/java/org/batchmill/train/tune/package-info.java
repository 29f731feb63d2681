/**
 * The search for hyper-parameters: grids and random draws, hold-out and k-fold, several trials at once, resumable. Knows options as
 * texts and a trial as a function: the jobs supply it.
 */
package org.batchmill.train.tune;
