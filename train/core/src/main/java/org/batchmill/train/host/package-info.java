/**
 * What engines have in common on the host, each thing once: a program's small methods and parameters, threads, the update on arrays,
 * response normalization, native objects that are kept. In plain Java, without natives; called by engines alone.
 */
package org.batchmill.train.host;
