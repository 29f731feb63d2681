package org.batchmill.ingest.packing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;

/**
 * A Flink cluster, by its REST API
 * (<a href="https://nightlies.apache.org/flink/flink-docs-release-1.19/docs/ops/rest_api/">documentation</a>). Immutable.
 *
 * @param master its host and port
 */
record FlinkCluster(String master) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration LONGEST = Duration.ofSeconds(30);

    /**
     * Looks before anything is sent there.
     *
     * @throws OptionException if it has fewer slots than are asked for, in whose place the job would wait for more; where it has none it makes
     *                         them for a job
     * @throws IOException     if no cluster answers
     */
    void check(int workers) throws IOException, InterruptedException {
        int slots = send(request("/overview").GET()).path("slots-total").asInt();
        if (slots > 0 && slots < workers) {
            throw new OptionException(
                    "{workers} {} are more than the {} slots of the Flink cluster at {}", workers, slots, master);
        }
    }

    /** Ends a job that runs, if it does. */
    void cancel(String name) throws IOException, InterruptedException {
        for (JsonNode job : send(request("/jobs/overview").GET()).path("jobs")) {
            if (job.path("name").asText().equals(name)) {
                send(request("/jobs/" + job.path("jid").asText() + "?mode=cancel")
                        .method("PATCH", HttpRequest.BodyPublishers.noBody()));
            }
        }
    }

    private HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create("http://" + master + path)).timeout(LONGEST);
        } catch (IllegalArgumentException e) {
            throw new UsageException("'" + master + "' is not the HOST:PORT of a Flink cluster", e);
        }
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder().connectTimeout(LONGEST).build();
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new IOException(
                    master + ": no Flink cluster answers: "
                            + why.lines().findFirst().orElse(why),
                    e);
        }
    }
}
