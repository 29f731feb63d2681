package org.batchmill.augment.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.transpose;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.pixels.Image;
import org.batchmill.augment.pixels.ImagePool;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.image.ImageFormat;
import org.batchmill.records.image.ImageHeader;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Decodes image files into pooled memory. What comes out is upright (the EXIF orientation is applied), 8 bits a channel and
 * either RGB or grey: 16-bit channels keep their high byte, alpha is dropped, palettes are looked up, CMYK is converted without a
 * colour profile, of an animation the first frame is taken.
 *
 * <p>Safe for use by many threads; each call works with scratch memory of its own. The owner closes it after all images.
 */
public final class ImageDecoder implements AutoCloseable {

    /** 64 megapixels: 192 MB decoded. */
    public static final long DEFAULT_PIXEL_LIMIT = 64_000_000;

    private static final int MAX_REDUCTION = 8;
    private static final Scalar BLACK = new Scalar(0.0);

    private final BufferAllocator allocator;
    private final ImagePool images;
    private final long pixelLimit;
    private final ArrayDeque<Scratch> free = new ArrayDeque<>();

    /**
     * @param parent     where the memory is counted
     * @param pixelLimit images of more pixels are refused before anything is allocated
     */
    public ImageDecoder(BufferAllocator parent, long pixelLimit) {
        this.images = new ImagePool(parent);
        this.allocator = parent.newChildAllocator("decoding", 0, Long.MAX_VALUE);
        this.pixelLimit = pixelLimit;
    }

    public ImageDecoder(BufferAllocator parent) {
        this(parent, DEFAULT_PIXEL_LIMIT);
    }

    /** What {@link ImageHeader#check} says, with this decoder's limit. */
    public ImageHeader check(ByteBuffer file, String where) throws DataException {
        return ImageHeader.check(file, where, pixelLimit);
    }

    /** Decodes in full size. See {@link #decode(ByteBuffer, ImageHeader, String, int, int)}. */
    public Image decode(ByteBuffer file, String where, int channels) throws DataException {
        return decode(file, check(file, where), where, channels, 1);
    }

    /**
     * Decodes.
     *
     * @param file      from position to limit, as {@link #check} saw it
     * @param header    what {@link #check} returned
     * @param where     the name of the file, for errors
     * @param channels  1 for grey, 3 for RGB
     * @param reduction 1, 2, 4 or 8: the sides are divided by it, inside libjpeg for JPEG, by averaging for the others
     * @return an image that the caller closes
     * @throws DataException if the decoder refuses the file
     */
    public Image decode(ByteBuffer file, ImageHeader header, String where, int channels, int reduction)
            throws DataException {
        Image image = images.take();
        Scratch scratch = take();
        try {
            decode(file, header, where, channels, reduction, image, scratch);
            return image;
        } catch (DataException | RuntimeException e) {
            image.close();
            throw e;
        } finally {
            giveBack(scratch);
        }
    }

    /**
     * Copies raw pixels.
     *
     * @param channels  as many as the pixels have, or 1 or 3 to turn colour to grey and grey to colour
     * @param reduction 1, 2, 4 or 8: the sides are divided by it, by averaging, as those of a PNG with these pixels would be
     * @param where     the name of the sample, for errors
     * @return an image that the caller closes
     * @throws DataException UNSUPPORTED if the channels do not match
     */
    public Image copy(Content.RawImage raw, int channels, int reduction, String where) throws DataException {
        boolean convert = raw.channels() != channels;
        if (convert && (Math.max(raw.channels(), channels) != 3 || Math.min(raw.channels(), channels) != 1)) {
            throw new DataException(
                    Kind.UNSUPPORTED, where, raw.channels() + " channels where " + channels + " are wanted");
        }
        Image image = images.take();
        if (!convert && reduction == 1) {
            image.resize(raw.width(), raw.height(), channels, 1, 1);
            image.pixels().put(raw.pixels());
            return image;
        }
        Scratch scratch = take();
        Mat stored = scratch.stored.mat(raw.height(), raw.width(), CV_8UC(raw.channels()));
        scratch.stored.bytes(raw.pixels().remaining()).put(raw.pixels());
        int width = ceilDiv(raw.width(), reduction);
        int height = ceilDiv(raw.height(), reduction);
        Mat result =
                image.resize(width, height, channels, (double) width / raw.width(), (double) height / raw.height());
        if (!convert) {
            shrink(stored, result);
        } else if (reduction == 1) {
            convert(stored, result);
        } else {
            Mat converted = scratch.shrunk.mat(raw.height(), raw.width(), CV_8UC(channels));
            convert(stored, converted);
            shrink(converted, result);
        }
        giveBack(scratch);
        return image;
    }

    private static void convert(Mat from, Mat to) {
        cvtColor(from, to, to.channels() == 3 ? COLOR_GRAY2RGB : COLOR_RGB2GRAY);
    }

    /**
     * The reduction that leaves at least {@code targetWidth x targetHeight} pixels of an image: the largest of 1, 2, 4, 8 that
     * does. A function of the sizes alone, so that a sample looks the same wherever it is decoded; whoever shows images to a
     * network takes it from {@link org.batchmill.augment.SampleAssembler} or {@link org.batchmill.augment.ImageInput}. An image that must be turned
     * is only reduced by what divides its sides: libjpeg's last, partly filled pixel would otherwise come first.
     */
    public static int reduction(ImageHeader header, double targetWidth, double targetHeight) {
        int reduction = MAX_REDUCTION;
        while (reduction > 1 && !leaves(header, reduction, targetWidth, targetHeight)) {
            reduction /= 2;
        }
        return reduction;
    }

    /** The same for raw pixels, which are upright. */
    public static int reduction(Content.RawImage raw, double targetWidth, double targetHeight) {
        int reduction = MAX_REDUCTION;
        while (reduction > 1 && (raw.width() < targetWidth * reduction || raw.height() < targetHeight * reduction)) {
            reduction /= 2;
        }
        return reduction;
    }

    private static boolean leaves(ImageHeader header, int reduction, double targetWidth, double targetHeight) {
        if (header.orientation() != 1 && (header.width() % reduction != 0 || header.height() % reduction != 0)) {
            return false;
        }
        return header.uprightWidth() >= targetWidth * reduction && header.uprightHeight() >= targetHeight * reduction;
    }

    private static void decode(
            ByteBuffer file,
            ImageHeader header,
            String where,
            int channels,
            int reduction,
            Image image,
            Scratch scratch)
            throws DataException {
        int width = ceilDiv(header.width(), reduction);
        int height = ceilDiv(header.height(), reduction);
        boolean jpeg = header.format() == ImageFormat.JPEG;
        boolean turned = header.orientation() > 1;
        Mat decoded;
        if (!turned && (jpeg || reduction == 1)) {
            decoded = image.resize(width, height, channels, 1.0 / reduction, 1.0 / reduction);
            read(file, header, where, channels, jpeg ? reduction : 1, decoded, scratch);
            return;
        }
        int readWidth = jpeg ? width : header.width();
        int readHeight = jpeg ? height : header.height();
        decoded = scratch.stored.mat(readHeight, readWidth, CV_8UC(channels));
        read(file, header, where, channels, jpeg ? reduction : 1, decoded, scratch);
        double scaleX = jpeg ? 1.0 / reduction : (double) width / header.width();
        double scaleY = jpeg ? 1.0 / reduction : (double) height / header.height();
        if (!turned) {
            shrink(decoded, image.resize(width, height, channels, scaleX, scaleY));
            return;
        }
        Mat small = decoded;
        if (!jpeg && reduction > 1) {
            small = scratch.shrunk.mat(height, width, CV_8UC(channels));
            shrink(decoded, small);
        }
        if (header.orientation() > 4) {
            turn(small, header.orientation(), image.resize(height, width, channels, scaleY, scaleX));
        } else {
            turn(small, header.orientation(), image.resize(width, height, channels, scaleX, scaleY));
        }
    }

    private static void shrink(Mat from, Mat to) {
        try (Size size = to.size()) {
            resize(from, to, size, 0, 0, INTER_AREA);
        }
    }

    /** EXIF's orientations: 2 mirrored, 3 upside down, 4 both, 5 to 8 with rows and columns exchanged. */
    private static void turn(Mat stored, int orientation, Mat upright) {
        switch (orientation) {
            case 2 -> flip(stored, upright, 1);
            case 3 -> flip(stored, upright, -1);
            case 4 -> flip(stored, upright, 0);
            default -> {
                transpose(stored, upright);
                switch (orientation) {
                    case 6 -> flip(upright, upright, 1);
                    case 7 -> flip(upright, upright, -1);
                    case 8 -> flip(upright, upright, 0);
                    default -> {
                        // 5 is the plain exchange.
                    }
                }
            }
        }
    }

    private static void read(
            ByteBuffer file, ImageHeader header, String where, int channels, int reduction, Mat into, Scratch scratch)
            throws DataException {
        ByteBuffer copy = scratch.file.bytes(file.remaining());
        int length = file.remaining();
        switch (header.format()) {
            case PNG -> length = PngPixels.copy(file, copy);
            case BMP -> BmpPixels.copy(file, copy);
            default -> copy.put(0, file, file.position(), length);
        }
        Mat encoded = scratch.file.mat(1, length, CV_8UC1);
        int flags = IMREAD_IGNORE_ORIENTATION
                | (channels == 1 ? IMREAD_GRAYSCALE : IMREAD_COLOR_RGB)
                | switch (reduction) {
                    case 2 -> IMREAD_REDUCED_GRAYSCALE_2;
                    case 4 -> IMREAD_REDUCED_GRAYSCALE_4;
                    case 8 -> IMREAD_REDUCED_GRAYSCALE_8;
                    default -> 0;
                };
        int width = into.cols();
        int height = into.rows();
        // OpenCV writes into the given memory if size and type are right, which the header made sure of; an animation
        // or a
        // decoder that leaves out rows finds zeros there, never another image's pixels.
        if (header.format() != ImageFormat.JPEG) {
            into.put(BLACK);
        }
        try (Mat result = imdecode(encoded, flags, into)) {
            if (result == null || result.empty()) {
                throw new DataException(
                        Kind.CORRUPT, where, "the " + header.format().word() + " decoder refuses it");
            }
            // A matrix over our memory has no data of its own unless the decoder had to make another.
            if (into.cols() != width || into.rows() != height || into.u() != null) {
                throw new DataException(
                        Kind.CORRUPT,
                        where,
                        "the header says " + width + " x " + height + ", the image has " + into.cols() + " x "
                                + into.rows());
            }
        } catch (RuntimeException e) {
            throw new DataException(
                    Kind.CORRUPT, where, "the " + header.format().word() + " decoder fails", e);
        }
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }

    private Scratch take() {
        synchronized (free) {
            Scratch scratch = free.poll();
            return scratch != null ? scratch : new Scratch(allocator);
        }
    }

    private void giveBack(Scratch scratch) {
        scratch.trim();
        synchronized (free) {
            free.push(scratch);
        }
    }

    /** An image without a size from this decoder's pool, which the caller closes. */
    Image newImage() {
        return images.take();
    }

    /** The memory in use and kept for reuse, in bytes. */
    public long allocatedBytes() {
        return allocator.getAllocatedMemory() + images.allocatedBytes();
    }

    /**
     * Frees everything.
     *
     * @throws IllegalStateException if an image was not closed
     */
    @Override
    public void close() {
        synchronized (free) {
            free.forEach(Scratch::close);
            free.clear();
        }
        allocator.close();
        images.close();
    }
}
