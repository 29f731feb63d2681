package org.batchmill.jobs.convert;

/** Files of trained networks that other programs know. */
public enum ModelFormat {
    /** Weights of the reference program of YOLO. */
    DARKNET,
    /** Arrays by name, as NumPy keeps them. */
    NPZ,
    /** Arrays by name, as Hugging Face keeps them. */
    SAFETENSORS,
    /** A whole network for ONNX runtimes. Written only. */
    ONNX,
    /** A frozen TensorFlow graph. Written only. */
    PB
}
