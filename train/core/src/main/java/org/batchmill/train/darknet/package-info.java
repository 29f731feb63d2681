/**
 * Files of the reference program of YOLO: weights in and out, configurations in. They become plain networks, losses and recipes that the
 * rest of Batchmill trains, and parameters by name. Everything that is not supported is refused by name.
 */
package org.batchmill.train.darknet;
