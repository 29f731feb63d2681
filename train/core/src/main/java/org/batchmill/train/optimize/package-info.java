/** How gradients change parameters: update rules and learning-rate schedules. */
package org.batchmill.train.optimize;
