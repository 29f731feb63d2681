package org.batchmill.records.image;

/** The file formats that are read. */
public enum ImageFormat {
    JPEG("jpeg"),
    PNG("png"),
    GIF("gif"),
    BMP("bmp"),
    WEBP("webp");

    private final String word;

    ImageFormat(String word) {
        this.word = word;
    }

    /** Its name in lower case, as record files and JSON spell it. */
    public String word() {
        return word;
    }
}
