/** The batchmill command. */
package org.batchmill.cli;
