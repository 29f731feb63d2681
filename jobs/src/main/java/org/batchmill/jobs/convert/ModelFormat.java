package org.batchmill.jobs.convert;

/** Files of trained networks that other programs know. */
public enum ModelFormat {
    /** Weights of the reference program of YOLO. */
    DARKNET,
    /** Arrays by name, as NumPy keeps them. */
    NPZ,
    /** Arrays by name, as Hugging Face keeps them. */
    SAFETENSORS,
    /** Tensors by name, as PyTorch saves a state dict. Read only. */
    PT,
    /** A whole network for ONNX runtimes. */
    ONNX,
    /** A frozen TensorFlow graph. Written only. */
    PB
}
