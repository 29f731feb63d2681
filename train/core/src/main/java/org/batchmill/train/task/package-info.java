/**
 * What a network is trained for: how labels become targets for the loss, and how predictions are measured. Called by the loop and the
 * jobs. Knows nothing of engines and files.
 */
package org.batchmill.train.task;
