/**
 * Networks that are described in files: YAML with a line or a few for each layer, checked as it is read, with line and layer in every error.
 * Jobs call it where a model is named.
 */
package org.batchmill.train.description;
