/**
 * Frames out of video files, joined with their labels, and back into video files. Called by the sources, the packing jobs and
 * whatever draws onto videos. Uses FFmpeg through its C interface, and opens plain files only.
 */
package org.batchmill.video;
