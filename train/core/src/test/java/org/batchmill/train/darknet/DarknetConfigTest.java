package org.batchmill.train.darknet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.batchmill.records.DataException;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.loss.YoloV1Loss;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.batchmill.train.optimize.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DarknetConfigTest {

    private static final String NET = "[net]\nheight=8\nwidth=8\nchannels=3\n";

    @TempDir
    Path folder;

    @Test
    void shouldReadTheTinyNetworkOf2015() throws IOException {
        DarknetConfig config = read(tiny2015());

        Network ours = Models.byName("yolo-v1-tiny", ModelOptions.classes(20));
        assertThat(config.network().parameters().stream().map(Parameter::dimensions))
                .containsExactlyElementsOf(
                        ours.parameters().stream().map(Parameter::dimensions).toList());
        assertThat(config.network().trainableCount()).isEqualTo(45_089_374);
        assertThat(config.network().layers().get(0)).isEqualTo(ours.layers().get(0));
        assertThat(config.loss()).contains(YoloV1Loss.standard(new YoloV1Grid(7, 2, 20, YoloV1Grid.Order.CELLS)));
        assertThat(config.recipe().batch()).isEqualTo(64);
        assertThat(config.recipe().rowsAtATime()).isEqualTo(32);
        assertThat(config.recipe().optimization().optimizer()).isEqualTo(new Optimizer.Momentum(.9f));
        assertThat(config.recipe().augmentation().saturation()).isEqualTo(1.5);
        assertThat(config.recipe().augmentation().jitter()).isEqualTo(.2);
        assertThat(config.recipe().optimization().schedule())
                .isEqualTo(new Schedule.Steps(
                        1e-4, List.of(20L, 40L, 60L, 80L, 20000L, 30000L), List.of(5.0, 5.0, 2.0, 2.0, .1, .1)));
        assertThat(config.unused()).isEmpty();
    }

    @Test
    void shouldFollowBatchNormWithTheReferencesRule() throws IOException {
        List<Layer> layers = read(NET
                        + "[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\npad=1\nactivation=leaky\n")
                .network()
                .layers();

        assertThat(layers.get(0)).isEqualTo(new Layer.InputScale("scale", 1 / 255f, 0));
        assertThat(layers.get(1)).isEqualTo(Layer.Conv2d.square("conv1", 4, 3, 1, Padding.explicit(1), false));
        assertThat(((Layer.BatchNorm) layers.get(2)).rule()).isEqualTo(Layer.BatchNorm.Rule.DARKNET);
        assertThat(((Layer.Activation) layers.get(3)).function()).isEqualTo(ActivationFunction.LEAKY_RELU);
    }

    /** Sizes as the reference computes them: (in + 2 pad - size) / stride + 1, for max pools (in + padding - size) / stride + 1. */
    @ParameterizedTest
    @CsvSource({
        "'[convolutional]\nsize=3\nstride=2\npad=1\nfilters=5', 5, 4",
        "'[convolutional]\nsize=3\nstride=1\nfilters=5', 5, 6",
        "'[convolutional]\nsize=3\npadding=2\nfilters=5', 5, 10",
        "'[maxpool]\nsize=2\nstride=2', 3, 4",
        "'[maxpool]\nsize=3\nstride=2', 3, 4",
        "'[maxpool]\nsize=2\nstride=1', 3, 8",
        "'[maxpool]\nsize=3\nstride=3\npadding=0', 3, 2",
        "'[avgpool]', 3, 1"
    })
    void shouldGiveTheSizesOfTheReference(String section, int channels, int side) throws IOException {
        assertThat(read(NET + section + "\n").network().output()).isEqualTo(new Shape(channels, side, side));
    }

    @Test
    void shouldKnowBurnInAndTellKeysThatItDoesNotUse() throws IOException {
        DarknetConfig config = read(
                """
                [net]
                height=8
                width=8
                learning_rate=.01
                burn_in=100
                mystery=1
                [connected]
                output=2
                activation=linear
                """);

        assertThat(config.recipe().optimization().schedule())
                .isEqualTo(new Schedule.WarmUp(100, 4, new Schedule.Constant(.01)));
        assertThat(config.unused()).containsExactly("line 6: mystery");
        assertThat(config.loss()).isEmpty();
    }

    /** Its get_current_rate is asked behind the update's images were counted: the first batch_num is 1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "policy=exp;gamma=.5, .5, .25, .125, .0625",
                "policy=poly;power=2;max_batches=10, .81, .64, .49, .36",
                "policy=step;step=2;scale=.1, 1, .1, .1, .01",
                "policy=steps;steps=2,4;scales=.1,.1, 1, .1, .1, .01",
                "policy=exp;gamma=.5;burn_in=3;power=1, .33333333333, .66666666667, .125, .0625",
            })
    void shouldHaveDarknetsRates(String line) throws IOException {
        String[] parts = line.split(", ", -1);
        Schedule schedule = read("[net]\nheight=8\nwidth=8\nlearning_rate=1\n" + parts[0].replace(';', '\n')
                        + "\n[connected]\noutput=2\nactivation=linear\n")
                .recipe()
                .optimization()
                .schedule();

        for (int update = 0; update < 4; update++) {
            assertThat(schedule.rate(update)).isCloseTo(Double.parseDouble(parts[1 + update]), Offset.offset(1e-9));
        }
    }

    /** The reference takes the first that it finds. */
    @Test
    void shouldTakeTheFirstOfTwoAndTellTheOther() throws IOException {
        DarknetConfig config =
                read(NET + "[connected]\noutput=2\noutput=3\nactivation=linear\n[connected]\noutput=5\n");

        assertThat(config.network().parameters().get(0).dimensions()).containsExactly(2, 192);
        assertThat(config.network().output()).isEqualTo(Shape.vector(5));
        assertThat(config.unused()).containsExactly("line 7: output");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'[local]\nsize=5\npad=1' | unsupported | line 7 | pad is not half",
                "'[local]\nsize=9' | corrupt | line 5 | does not fit",
                "'[convolutional]\nfilters=2\nactivation=swish' | unsupported | line 7 | swish",
                "'[convolutional]\nfilters=2\ngroups=2' | unsupported | line 7 | groups",
                "'[crop]\ncrop_height=4\ncrop_width=4' | unsupported | line 6 | another size",
                "'[convolutional]\nfilters=two' | corrupt | line 6 | two",
                "'[convolutional]\nfilters=0' | corrupt | line 6 | filters=0",
                "'[convolutional]\nfilters=1\nsize=9' | corrupt | line 5 | does not fit",
                "'[convolutional]\npadding=2147483647\nsize=3' | corrupt | line 5 | more values than an array holds",
                "'[connected]\noutput=2000000000' | corrupt | line 5 | 'dense1/weights: [2000000000, 192] are more'",
                "'[maxpool]\nsize=2\npadding=4' | corrupt | line 5 | pool1: a window of 2 lies on padding alone",
                "'[dropout]\nprobability=1.5' | corrupt | line 5 | 'dropout1: not from 0 to below 1, but a rate of 1.5'",
                "'[dropout]\nprobability=1' | corrupt | line 5 | dropout1: not from 0 to below 1",
                "'[dropout]\nprobability=1e300' | corrupt | line 6 | probability=1e300 is larger than a float",
                "'momentum=-1e39' | corrupt | line 5 | momentum=-1e39 is larger than a float",
                "'[connected]\noutput=10\n[detection]\ncoords=4\nside=65536' | corrupt | line 7 | wants 25769803776 values",
                "'[connected]\noutput=10\n[detection]\ncoords=4' | corrupt | line 7 | the layer before gives 10",
                "'[detection]\nsoftmax=1' | unsupported | line 6 | softmax",
                "'filters' | corrupt | line 5 | neither",
            })
    void shouldRefuseWithLineAndReason(String text, String kind, String line, String reason) throws IOException {
        assertThatThrownBy(() -> read(NET + text + "\n"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(kind)
                .hasMessageContaining(line)
                .hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseAFileThatIsNoConfiguration() throws IOException {
        assertThatThrownBy(() -> read("")).hasMessageContaining("[net]");
        Path binary = folder.resolve("binary.cfg");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xd8, 0, 1});
        assertThatThrownBy(() -> DarknetConfig.read(binary)).isInstanceOf(DataException.class);
    }

    private DarknetConfig read(String text) throws IOException {
        Path file = folder.resolve("test.cfg");
        Files.writeString(file, text);
        return DarknetConfig.read(file);
    }

    private static String tiny2015() {
        StringBuilder text = new StringBuilder(
                """
                [net]
                batch=64
                subdivisions=2
                height=448
                width=448
                channels=3
                momentum=0.9
                decay=0.0005
                learning_rate=0.0001
                policy=steps
                steps=20,40,60,80,20000,30000
                scales=5,5,2,2,.1,.1
                max_batches = 40000

                # colours
                [crop]
                crop_width=448
                crop_height=448
                flip=0
                angle=0
                saturation = 1.5
                exposure = 1.5
                """);
        for (int filters : new int[] {16, 32, 64, 128, 256, 512}) {
            text.append(convolution(filters)).append("[maxpool]\nsize=2\nstride=2\n");
        }
        text.append(convolution(1024).repeat(3));
        text.append(
                """
                [connected]
                output= 256
                activation=linear
                [connected]
                output= 4096
                activation=leaky
                [dropout]
                probability=.5
                [connected]
                output= 1470
                activation=linear
                """);
        text.append(DetectorText.detection(20));
        return text.toString();
    }

    private static String convolution(int filters) {
        return "[convolutional]\nfilters=" + filters + "\nsize=3\nstride=1\npad=1\nactivation=leaky\n\n";
    }
}
