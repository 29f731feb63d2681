/** What a network is: a plain description, compiled by an engine. Knows nothing of engines, data or files. */
package org.batchmill.train.network;
