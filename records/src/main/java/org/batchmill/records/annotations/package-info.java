/**
 * Annotation formats: folders of images with labels in PASCAL VOC's, COCO's, YOLO's or the Udacity simulator's layout, or a
 * folder a class, read as a {@link org.batchmill.records.SampleSource} and written; and the steering logs of drive videos. Each
 * format is one class that lists the images and reads labels when they are asked for. Sources of samples and the data doctor
 * use this package.
 */
package org.batchmill.records.annotations;
