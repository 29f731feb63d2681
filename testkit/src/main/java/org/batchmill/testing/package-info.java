/**
 * What the tests of all modules share: seeds that are printed, damaged inputs, waiting without sleeping, a disk that fails, the place of
 * the real data. It uses nothing of Batchmill, so that every module's tests may use it; no product code does.
 */
package org.batchmill.testing;
