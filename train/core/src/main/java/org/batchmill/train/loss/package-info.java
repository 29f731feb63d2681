/** What training makes small. Each loss has a plain Java evaluation that the engines are checked against. */
package org.batchmill.train.loss;
