/** Frames out of video files, joined with their labels, and back into video files. Uses FFmpeg. */
package org.batchmill.video;
