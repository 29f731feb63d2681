package org.batchmill.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.batchmill.augment.transform.Crop;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCropTest {

    @Test
    void shouldMeanTheSameInPixelsAndInShares() {
        FrameShape pixels = new FrameCrop(":,60:136").shape(160, 320, "a.mp4");
        assertThat(pixels).isEqualTo(FrameShape.WHOLE.columns(0, 320).rows(60, 136));
        assertThat(new FrameCrop(":,.375:.85").shape(160, 320, "a.mp4")).isEqualTo(pixels);
        assertThat(new FrameCrop("0.25:,:.5").shape(160, 320, "a.mp4"))
                .isEqualTo(FrameShape.WHOLE.columns(80, 320).rows(0, 80));
        assertThat(new FrameCrop(":,60:136").step(160, 320, "a")).isEqualTo(new Crop(0, .375, 1, .85));
    }

    @Test
    void shouldCutImagesOfAnySizeByShares() {
        assertThat(new FrameCrop(":,.375:.85").shares()).isEqualTo(new Crop(0, .375, 1, .85));
        assertThatThrownBy(() -> new FrameCrop(":,60:136").shares()).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> new FrameCrop(":,.25:136").shares()).isInstanceOf(UsageException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "60:136", ":,136:60", "a:b,c:d", ":,1.5:2.5", "-1:,:", ":,60:60", ":,0.5:0.2", ":,:,:"})
    void shouldRefuseWhatIsNoCrop(String text) {
        assertThatThrownBy(() -> new FrameCrop(text))
                .isInstanceOfSatisfying(
                        OptionException.class, e -> assertThat(e.commandLine()).contains("--crop"))
                .hasMessageContaining("crop")
                .hasMessageNotContaining("--");
    }

    @Test
    void shouldRefuseToReachOutOfTheFrame() {
        assertThatThrownBy(() -> new FrameCrop(":,60:161").shape(160, 320, "epoch01_front.mp4"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("epoch01_front.mp4, which is 320 x 160 pixels");
    }
}
