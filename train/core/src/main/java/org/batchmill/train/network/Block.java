package org.batchmill.train.network;

/** What a network is built of: a layer, or several of them that a network takes apart. */
public sealed interface Block permits Layer, Layer.Residual {

    /**
     * Unique in the network: {@code conv1}. What stands before a slash is a scope, {@code block1/conv}, which event files draw as a box that
     * opens.
     */
    String name();

    /** Calls the method of this kind of block. */
    <R> R accept(BlockVisitor<R> visitor);

    /** What is done with each kind of block. */
    interface BlockVisitor<R> {
        R layer(Layer layer);

        R residual(Layer.Residual residual);
    }
}
