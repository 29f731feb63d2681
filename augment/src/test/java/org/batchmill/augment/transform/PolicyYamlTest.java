package org.batchmill.augment.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Test;

class PolicyYamlTest {

    @Test
    void shouldReadWhatTheDocumentationShows() {
        Policy policy = Policy.fromYaml(
                """
                steps:
                  - darknet-jitter: {jitter: 0.2}
                  - flip: {p: 0.5}
                  - darknet-colour: {hue: 0, saturation: 1.5, exposure: 1.5}
                boxes: {min-visible: 0, min-side: 0.005, shuffle: true}
                """);
        assertThat(policy).isEqualTo(Policy.forYolo());
    }

    @Test
    void shouldGiveBackEveryStepAndSetting() {
        Policy policy = Policy.forYolo(0.1, 0.75, 0.75)
                .with(new Brightness(0.1))
                .with(new ColourSpace(ColourSpace.Space.YUV), 0.25)
                .with(new Contrast(0.5, 1.5))
                .with(new Crop(0, 0.25, 1, 0.75))
                .with(new Cutout(2, 0.3))
                .with(new Exposure(1))
                .with(new GaussianBlur(0.5, 1))
                .with(new GaussianNoise(5))
                .with(new Grey())
                .with(new HueSaturation(10, 0.1, 0.1))
                .with(new JpegQuality(20, 90))
                .with(new MedianBlur(1))
                .with(new MotionBlur(5))
                .with(new Perspective(0.1))
                .with(new RandomResizedCrop(0.5, 1, 0.75, 1.3))
                .with(new Rotate(5))
                .with(new SaltAndPepper(0.01))
                .with(new Scale(0.8, 1.2))
                .with(new Shear(5, 5))
                .with(new Translate(0.1, 0.1))
                .withFit(Fit.LETTERBOX, Border.GREY)
                .withSteering(new SteeringRule(0.5, Double.POSITIVE_INFINITY))
                .withMixing(new Mixing(Mixing.Kind.MOSAIC, 0.5))
                .withNormalization(new Normalization.Channels(List.of(0.4, 0.5, 0.6), List.of(0.2, 0.2, 0.2)));
        assertThat(Policy.fromYaml(policy.toYaml())).isEqualTo(policy);
        Policy plain = Policy.NONE.withNormalization(new Normalization.PerImage());
        assertThat(Policy.fromYaml(plain.toYaml())).isEqualTo(plain);
    }

    @Test
    void shouldReadNormalizationAsItWasSpeltBefore() {
        assertThat(Policy.fromYaml("normalisation: raw").normalization()).isEqualTo(new Normalization.Raw());
        assertThat(Policy.fromYaml("normalization: raw").normalization()).isEqualTo(new Normalization.Raw());
        assertThat(Policy.NONE.toYaml()).contains("normalization:").doesNotContain("normalisation");
    }

    @Test
    void shouldRefuseWhatIsMisspeltLeftOutOrOutOfRange() {
        assertRefused("step: []", "no key 'step'");
        assertRefused("steps: [{flop: {}}]", "no step 'flop'");
        assertRefused("steps: [{scale: {min: 0.5}}]", "max");
        assertRefused("steps: [{scale: {min: 0.5, max: 2, middle: 1}}]", "middle");
        assertRefused("steps: [{scale: {min: 2, max: 1}}]", "0 < min <= max");
        assertRefused("steps: [{flip: {p: 2}}]", "0 <= p <= 1");
        assertRefused("steps: [{flip: {p: often}}]", "flip: p is a number, not \"often\"");
        assertRefused("border: pink", "border");
        assertRefused("fit: sideways", "sideways");
        assertRefused("- 1", "map");
        assertRefused("a: [", "not a policy");
    }

    /** Each of these was a policy, of other steps than were asked for or of none. */
    @Test
    void shouldRefuseWhatWouldBeSilentlyAnotherPolicy() {
        assertRefused("steps: flip", "steps are a list");
        assertRefused("steps: 5", "steps are a list");
        assertRefused("steps: {flip: {p: .5}}", "steps are a list");
        assertRefused("steps: [{flip: .5}]", "the settings of flip are a map");
        assertRefused("steps: [{flip: {p: true}}]", "flip: p is a number, not true");
        assertRefused("steps: [{rotate: {degrees: 1e400}}]", "rotate: degrees is a number");
        assertRefused("steps: [{gaussian-noise: {deviation: -5}}]", "0 <= deviation");
        assertRefused("fit: stretch\nfit: letterbox", "line 2: Duplicate field 'fit'");
        assertRefused("border: [300, -1, 2]", "from 0 to 255");
        assertRefused("border: [a, b, c]", "from 0 to 255");
        assertThat(Policy.fromYaml("steps:").steps()).isEmpty();
        assertThat(Policy.fromYaml("steps: [{flip: }]").steps()).hasSize(1);
        assertThat(Policy.fromYaml("border: [0, 255, 2]").border()).isEqualTo(new Border(false, 0, 255, 2));
    }

    @Test
    void shouldSayWhatIsWrongInWordsThatArePartOfNoClass() {
        assertRefused("fit: sideways", "'sideways' is none of [stretch, letterbox]");
        assertRefused("mixing: {kind: foo, probability: 1}", "kind: 'foo' is none of [none, mosaic, mixup]");
        assertRefused("steps: [{flip: {often: 1}}]", "there is no setting 'often'");
        assertRefused("steps: [{rotate: {degrees: far}}]", "degrees: 'far' is no number");
        assertRefused("fit: stretch\n\tborder: edge", "line 2: ");
    }

    private static void assertRefused(String yaml, String because) {
        assertThatThrownBy(() -> Policy.fromYaml(yaml))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(because)
                .message()
                .doesNotContain("\n")
                .doesNotContain("org.batchmill");
    }
}
