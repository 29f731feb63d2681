/**
 * Training on a topic while it grows: what was consumed, how well it was foreseen, what was held out. The training job calls it. It
 * trains nothing itself: it hangs onto the loop.
 */
package org.batchmill.jobs.topic;
