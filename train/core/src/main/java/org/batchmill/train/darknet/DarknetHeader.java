package org.batchmill.train.darknet;

/**
 * How a weights file begins, and with it how dense weights lie. All words are little-endian.
 *
 * <pre>
 * RATES_2015   float learning rate | float momentum | float decay | int32 seen      dense weights [in][out]
 * VERSION_0_1  int32 major | int32 minor | int32 revision | int32 seen              dense weights [out][in]
 * VERSION_0_2  int32 major | int32 minor | int32 revision | int64 seen              dense weights [out][in]
 * </pre>
 *
 * The second is for versions below 0.2. Versions with a major or minor above 1000 mark [in][out] too, and have the short header; the
 * bits of a learning rate are such a version. No word is negative in a sound file.
 */
public enum DarknetHeader {
    RATES_2015(16),
    VERSION_0_1(16),
    VERSION_0_2(20);

    private final int bytes;

    DarknetHeader(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }
}
