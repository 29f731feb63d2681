/**
 * An engine in plain Java that is slow and easy to check: activations and gradients in double precision, every layer written from its
 * definition. Tests of the loop run on it, and engines are compared with it. Not part of the product.
 */
package org.batchmill.train.reference;
