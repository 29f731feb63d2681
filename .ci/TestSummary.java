import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The last lines of {@code mvn verify}: which tests were skipped and why, and which classes took longest. Ends with 1 if a test was
 * skipped without a reason. Reads surefire's reports below a folder, those that are not older than the build.
 */
final class TestSummary {

    private static final int SLOWEST = 10;
    /** What JUnit says by itself where a test gives no reason. */
    private static final Pattern NO_REASON =
            Pattern.compile("|.* is @Disabled|(Assumption failed: )?assumption is (not true|not false|true|false)");

    private final Map<String, List<String>> skipped = new TreeMap<>();
    private final Map<String, Double> seconds = new TreeMap<>();

    private TestSummary() {}

    public static void main(String[] args) throws Exception {
        TestSummary summary = new TestSummary();
        Instant begin = Instant.parse(args[1]);
        try (Stream<Path> files = Files.find(
                Path.of(args[0]),
                6,
                (file, attributes) -> file.getParent().endsWith("target/surefire-reports")
                        && file.getFileName().toString().matches("TEST-.*\\.xml")
                        && !attributes.lastModifiedTime().toInstant().isBefore(begin))) {
            for (Path file : files.sorted().toList()) {
                summary.read(file);
            }
        }
        System.exit(summary.seconds.isEmpty() || summary.print() ? 0 : 1);
    }

    private void read(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        Document report = factory.newDocumentBuilder().parse(file.toFile());
        NodeList tests = report.getElementsByTagName("testcase");
        for (int i = 0; i < tests.getLength(); i++) {
            Element test = (Element) tests.item(i);
            String name = simple(test.getAttribute("classname"));
            NodeList reasons = test.getElementsByTagName("skipped");
            if (reasons.getLength() > 0) {
                String reason = reason((Element) reasons.item(0));
                skipped.computeIfAbsent(NO_REASON.matcher(reason).matches() ? "" : reason, key -> new ArrayList<>())
                        .add(name + "." + test.getAttribute("name"));
            }
        }
        Element suite = report.getDocumentElement();
        seconds.merge(simple(suite.getAttribute("name")), Double.parseDouble(suite.getAttribute("time")), Double::sum);
    }

    private static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** A test that was disabled has its reason in an attribute; one that aborted itself, in the first line of its exception. */
    private static String reason(Element skipped) {
        if (skipped.hasAttribute("message")) {
            return skipped.getAttribute("message").strip();
        }
        return skipped.getTextContent().strip().lines().findFirst().orElse("").replaceFirst("^[\\w.]+Exception: ?", "");
    }

    /** False if a reason is missing. */
    private boolean print() {
        System.out.printf(Locale.ROOT, "The slowest of %d test classes:%n", seconds.size());
        seconds.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(SLOWEST)
                .forEach(one -> System.out.printf(Locale.ROOT, "  %6.1f s  %s%n", one.getValue(), one.getKey()));
        System.out.println("Skipped tests: "
                + skipped.values().stream().mapToInt(List::size).sum());
        skipped.forEach((reason, tests) -> {
            System.out.println(
                    "  " + (reason.isEmpty() ? "WITHOUT A REASON" : reason.replaceFirst("^Assumption failed: ", "")));
            tests.forEach(test -> System.out.println("      " + test));
        });
        return !skipped.containsKey("");
    }
}
