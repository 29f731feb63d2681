/**
 * A look into files: what they hold, what is wrong with them, what augmentation makes of them. Only the command line calls it. It
 * reads and changes nothing.
 */
package org.batchmill.jobs.inspect;
