package org.batchmill.train.onnx;

import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.records.DataException;

/** What is made of each of ONNX's operators. */
final class Operations {

    /** What is made of a node. */
    interface Operation {
        void apply(OnnxNode node) throws DataException;
    }

    private final Map<String, Operation> operations = new LinkedHashMap<>();

    Operations(ImportedGraph graph) {
        new WindowOperations(graph).addTo(operations);
        new ElementOperations(graph).addTo(operations);
        new DenseOperations(graph).addTo(operations);
        new ShapeOperations(graph).addTo(operations);
        new RecurrentOperations(graph).addTo(operations);
    }

    /** @throws DataException if no layer of ours stands for the node; it is named */
    void apply(OnnxNode node) throws DataException {
        Operation operation = operations.get(node.operation());
        if (operation == null) {
            throw node.unsupported("no layer here stands for this operator");
        }
        operation.apply(node);
    }
}
