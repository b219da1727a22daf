import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The vector adapter of Nimbus JOSE+JWT and of greenbytes' structured-fields: one JSON request a line on standard
 * input, one answer a line on standard output. See README.md.
 */
final class Adapter {
    interface Operation {
        Map<String, Object> perform(Map<String, Object> input) throws Exception;
    }

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    static Map<String, Object> valid(Map<String, ?> output) {
        return Map.of("result", "valid", "output", output);
    }

    static Map<String, Object> invalid(String error) {
        return Map.of("result", "invalid", "error", error);
    }

    static Map<String, Object> unsupported(String reason) {
        return Map.of("unsupported", true, "reason", reason);
    }

    /** The operation's answer. A library's checked or argument exception is a refusal, any other its crash. */
    private static Map<String, Object> answer(Operation operation, Map<String, Object> input) {
        if (operation == null) return unsupported("no such operation");
        try {
            return operation.perform(input);
        } catch (RuntimeException | StackOverflowError crash) {
            if (crash instanceof IllegalArgumentException) return invalid("");
            return Map.of("result", "invalid", "error", "", "crash", crash.toString());
        } catch (Exception refusal) {
            return invalid("");
        }
    }

    public static void main(String[] arguments) throws IOException, ParseException {
        Map<String, Operation> operations = new TreeMap<>(Keys.OPERATIONS);
        operations.putAll(Fields.OPERATIONS);
        operations.putAll(Tokens.OPERATIONS);
        OUT.println(JSONObjectUtils.toJSONString(Map.of("hello", Map.of(
                "name", "Nimbus JOSE+JWT and greenbytes structured-fields", "version", "10.10, 0.4",
                "drafts", List.of("11"), "operations", List.copyOf(operations.keySet())))));

        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<String, Object> request = JSONObjectUtils.parse(line);
            Map<String, Object> response = new LinkedHashMap<>(Map.of("id", request.get("id")));
            response.putAll(answer(operations.get(JSONObjectUtils.getString(request, "op")),
                    JSONObjectUtils.getJSONObject(request, "input")));
            OUT.println(JSONObjectUtils.toJSONString(response));
        }
    }
}
