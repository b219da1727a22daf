import com.nimbusds.jose.JOSEException;
import com.sun.net.httpserver.HttpExchange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.greenbytes.http.sfv.ByteSequenceItem;
import org.greenbytes.http.sfv.InnerList;
import org.greenbytes.http.sfv.IntegerItem;
import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.greenbytes.http.sfv.TokenItem;

/**
 * AAuth's signatures of requests (AAuth 11.3.4), for which no library was to be had: the fields by greenbytes' parser,
 * the signature itself by Nimbus, RFC 9421's base and the steps between from here.
 */
final class Signatures {
    static final List<String> FIELDS = List.of("Signature", "Signature-Input", "Signature-Key");
    static final List<String> REQUIRED = List.of("@method", "@authority", "@path", "signature-key");
    private static final long WINDOW = 60;  // seconds

    /** The token of a signed request, all verified. */
    static Issuers.Token verified(HttpExchange exchange, String authority) throws Refusal, JOSEException {
        Map<String, ? extends ListElement<?>> keys = field(exchange, "Signature-Key");
        Map<String, ? extends ListElement<?>> inputs = field(exchange, "Signature-Input");
        Map<String, ? extends ListElement<?>> signatures = field(exchange, "Signature");
        String label = keys.keySet().stream().filter(inputs::containsKey).filter(signatures::containsKey).findFirst()
                .orElseThrow(() -> new Refusal("invalid_signature", "no label is in all three fields"));
        if (!(inputs.get(label) instanceof InnerList input)) {
            throw new Refusal("invalid_signature", "Signature-Input has another form");
        }
        if (!(signatures.get(label) instanceof ByteSequenceItem signature)) {
            throw new Refusal("invalid_signature", "Signature has another form");
        }
        String base = base(exchange, authority, input);
        timely(input);
        if (!(keys.get(label) instanceof TokenItem scheme) || !scheme.get().equals("jwt")) {
            throw new Refusal("unsupported_scheme", "only the scheme jwt is accepted");
        }
        if (!(scheme.getParams().get("jwt") instanceof StringItem compact)) {
            throw new Refusal("invalid_jwt", "the scheme jwt has no token");
        }
        Issuers.Token token = Issuers.verified(compact.get());
        if (!Issuers.signed(base.getBytes(StandardCharsets.UTF_8), octets(signature.get()), token.key())) {
            throw new Refusal("invalid_signature", "the signature does not verify");
        }
        return token;
    }

    private static Map<String, ? extends ListElement<?>> field(HttpExchange exchange, String name) throws Refusal {
        List<String> lines = exchange.getRequestHeaders().get(name);
        if (lines == null) throw new Refusal("invalid_signature", name + " is missing");
        try {
            return new Parser(lines).parseDictionary().get();
        } catch (IllegalArgumentException malformed) {
            throw new Refusal("invalid_signature", name + ": " + malformed.getMessage());
        }
    }

    private static void timely(InnerList input) throws Refusal {
        if (!(input.getParams().get("created") instanceof IntegerItem created)) {
            throw new Refusal("invalid_signature", "there is no created");
        }
        long now = Instant.now().getEpochSecond();
        if (created.getAsLong() < now - WINDOW) throw new Refusal("invalid_signature", "created is too old");
        if (created.getAsLong() > now + WINDOW) throw new Refusal("clock_skew", "created is ahead");
        Item<?> expires = input.getParams().get("expires");
        boolean lasts = expires == null || (expires instanceof IntegerItem end && end.getAsLong() > now);
        if (!lasts) throw new Refusal("invalid_signature", "the signature has expired");
    }

    /** RFC 9421, section 2.5. */
    private static String base(HttpExchange exchange, String authority, InnerList input) throws Refusal {
        List<String> covered = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (Item<?> item : input.get()) {
            if (!(item instanceof StringItem name)) throw new Refusal("invalid_signature", "a component is no String");
            boolean plain = name.getParams().isEmpty() && !covered.contains(name.get());
            if (!plain) throw new Refusal("invalid_input", "components are covered once, and as they are");
            covered.add(name.get());
            lines.append(name.serialize()).append(": ").append(value(exchange, authority, name.get())).append('\n');
        }
        if (!covered.containsAll(REQUIRED)) throw new Refusal("invalid_input", "the signature covers too little");
        return lines + "\"@signature-params\": " + input.serialize();
    }

    private static String value(HttpExchange exchange, String authority, String name) throws Refusal {
        String query = exchange.getRequestURI().getRawQuery();
        switch (name) {
            case "@method": return exchange.getRequestMethod();
            case "@authority": return authority;
            case "@path": return exchange.getRequestURI().getRawPath();
            case "@query": return "?" + (query == null ? "" : query);
            default:
        }
        List<String> lines = exchange.getRequestHeaders().get(name);
        if (lines == null) throw new Refusal("invalid_input", name + " is covered, and not there");
        return String.join(", ", lines.stream().map(String::strip).toList());
    }

    private static byte[] octets(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }

    private Signatures() {}
}
