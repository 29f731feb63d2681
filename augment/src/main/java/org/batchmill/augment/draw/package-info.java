/**
 * Images for people: boxes and steering on images and video frames, contact sheets, charts for reports. OpenCV draws, so that no
 * font and no window system need to be installed. Called by the data doctor, the jobs and the reports.
 */
package org.batchmill.augment.draw;
