/**
 * Networks out of ONNX files: the graph as it stands in the file, and what our layers make of it. What the file claims is checked before it is
 * believed, and an operator that no layer of ours stands for is refused with its node. Jobs call it; writing ONNX is the export's.
 */
package org.batchmill.train.onnx;
