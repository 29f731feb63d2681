/**
 * How a network is trained, as plain values: batch, update rule, schedule, augmentation, averaging, stopping. Jobs apply them; a darknet
 * configuration gives one too. See {@link org.batchmill.train.recipe.Recipes} for those that have names.
 */
package org.batchmill.train.recipe;
