package org.batchmill.train.arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.junit.jupiter.api.Test;

class ParameterMatchTest {

    /** lenet5: conv1 [6, 1, 5, 5], conv2 [16, 6, 5, 5], dense1 [120, 400], dense2 [84, 120], dense3 [10, 84], each with biases. */
    private static final Network NETWORK = Models.byName("lenet5", ModelOptions.classes(10));

    /** In any torch: features.0, features.3, classifier.0, classifier.2, classifier.4. */
    private static Map<String, List<Integer>> torch() {
        Map<String, List<Integer>> arrays = new LinkedHashMap<>();
        add(arrays, "features.0", 6, 1, 5, 5);
        add(arrays, "features.3", 16, 6, 5, 5);
        add(arrays, "classifier.0", 120, 400);
        add(arrays, "classifier.2", 84, 120);
        add(arrays, "classifier.4", 10, 84);
        return arrays;
    }

    private static void add(Map<String, List<Integer>> arrays, String module, Integer... weights) {
        arrays.put(module + ".weight", List.of(weights));
        arrays.put(module + ".bias", List.of(weights[0]));
    }

    @Test
    void shouldMatchByOrderAndShape() throws DataException {
        ParameterMatch match = ParameterMatch.of(NETWORK, "a.pt", torch(), Map.of());

        assertThat(match.arrays())
                .hasSize(10)
                .containsEntry("conv1/weights", "features.0.weight")
                .containsEntry("conv2/biases", "features.3.bias")
                .containsEntry("dense3/weights", "classifier.4.weight");
        assertThat(match.how())
                .isEqualTo("by order and shape, 5 of 5 layers: conv1 is features.0, dense3 is classifier.4");
        assertThat(match.otherwise()).isEmpty();
    }

    @Test
    void shouldMatchBatchNormsAndWhatWasWrappedForSeveralDevices() throws DataException {
        Network network = Models.byName("digits-cnn-bn", ModelOptions.classes(10));
        Map<String, List<Integer>> arrays = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            String word =
                    switch (parameter.role()) {
                        case WEIGHTS, GAMMA -> "weight";
                        case BIASES, BETA -> "bias";
                        case MEAN -> "running_mean";
                        case VARIANCE -> "running_var";
                    };
            arrays.put("module." + parameter.layer().replace('/', '.') + "." + word, parameter.dimensions());
        }

        ParameterMatch match = ParameterMatch.of(network, "a.pt", arrays, Map.of());

        assertThat(match.arrays()).hasSize(network.parameters().size()).allSatisfy((parameter, array) -> assertThat(
                        arrays.get(array))
                .isEqualTo(network.parameters().stream()
                        .filter(one -> one.name().equals(parameter))
                        .findFirst()
                        .orElseThrow()
                        .dimensions()));
        assertThat(match.arrays()).containsEntry("norm1/variance", "module.norm1.running_var");
    }

    @Test
    void shouldLeaveAHeadForOtherClasses() throws DataException {
        Map<String, List<Integer>> arrays = torch();
        add(arrays, "classifier.4", 1000, 84);

        ParameterMatch match = ParameterMatch.of(NETWORK, "a.pt", arrays, Map.of());

        assertThat(match.arrays()).hasSize(8).doesNotContainKey("dense3/weights");
        assertThat(match.otherwise()).isEqualTo("dense3 [[10, 84], [10]] is not classifier.4 [[1000, 84], [1000]]");
    }

    @Test
    void shouldTakeABackbone() throws DataException {
        Map<String, List<Integer>> arrays = torch();
        arrays.keySet().removeIf(name -> name.startsWith("classifier"));

        ParameterMatch match = ParameterMatch.of(NETWORK, "a.pt", arrays, Map.of());

        assertThat(match.arrays()).hasSize(4);
        assertThat(match.otherwise()).isEqualTo("nothing in the file for dense1 [[120, 400], [120]]");
    }

    @Test
    void shouldRefuseAnotherNetworkThatBeginsAlike() {
        Map<String, List<Integer>> arrays = new LinkedHashMap<>();
        add(arrays, "features.0", 6, 1, 5, 5);
        add(arrays, "features.1", 6, 6, 3, 3);
        add(arrays, "features.2", 16, 6, 5, 5);

        assertThatThrownBy(() -> ParameterMatch.of(NETWORK, "a.pt", arrays, Map.of()))
                .isInstanceOf(DataException.class)
                .hasMessage("a.pt: unsupported: fits lenet5 neither by names nor by order and shape: conv2"
                        + " [[16, 6, 5, 5], [16]] is not features.1 [[6, 6, 3, 3], [6]]");
    }

    @Test
    void shouldMatchOurOwnNames() throws DataException {
        Map<String, List<Integer>> arrays = Map.of("conv2/weights", List.of(16, 6, 5, 5), "dense3/biases", List.of(10));

        ParameterMatch match = ParameterMatch.of(NETWORK, "a.pt", arrays, Map.of());

        assertThat(match.how()).isEqualTo("by name");
        assertThat(match.arrays())
                .isEqualTo(Map.of("conv2/weights", "conv2/weights", "dense3/biases", "dense3/biases"));
    }

    @Test
    void shouldMatchByAListOfLayersAndParameters() throws DataException {
        Map<String, List<Integer>> arrays = torch();
        arrays.put("scores", List.of(10, 84));

        ParameterMatch match = ParameterMatch.of(
                NETWORK,
                "a.pt",
                arrays,
                Map.of("conv2", "features.3", "dense3/weights", "scores", "dense1/biases", "classifier.0.bias"));

        assertThat(match.arrays())
                .isEqualTo(Map.of(
                        "conv2/weights", "features.3.weight",
                        "conv2/biases", "features.3.bias",
                        "dense1/biases", "classifier.0.bias",
                        "dense3/weights", "scores"));
    }

    @Test
    void shouldRefuseAListThatDoesNotFit() {
        assertList(Map.of("conv2", "features.9"), "a.pt holds no \"features.9.weight\", which should be conv2/weights");
        assertList(
                Map.of("conv2", "features.0"),
                "features.0.weight of a.pt is [6, 1, 5, 5], not [16, 6, 5, 5] as conv2/weights");
        assertList(Map.of("conf2", "features.3"), "conv2");
    }

    private static void assertList(Map<String, String> names, String message) {
        assertThatThrownBy(() -> ParameterMatch.of(NETWORK, "a.pt", torch(), names))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }
}
