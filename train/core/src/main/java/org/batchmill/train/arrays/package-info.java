/**
 * Arrays by name in the files that other programs read and write: npz and safetensors. Parts of a model come and go through them.
 * Called by the jobs; trusts nothing that a file says.
 */
package org.batchmill.train.arrays;
