import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.greenbytes.http.sfv.Dictionary;
import org.greenbytes.http.sfv.InnerList;
import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.OuterList;
import org.greenbytes.http.sfv.Parameters;
import org.greenbytes.http.sfv.Parser;
import org.greenbytes.http.sfv.StringItem;
import org.greenbytes.http.sfv.TokenItem;

/**
 * The structured fields of AAuth, by greenbytes' parser and serializer. It knows the syntax alone: a field that it
 * refuses is invalid; what it parses is shown where the field has the form that the operation asks for.
 */
final class Fields {
    static final Map<String, Adapter.Operation> OPERATIONS = Map.of(
            "parse-requirement", Fields::parseRequirement, "build-requirement", Fields::buildRequirement,
            "parse-token-list", Fields::parseTokenList, "build-token-list", Fields::buildTokenList,
            "parse-signature-error", Fields::parseSignatureError, "build-signature-error", Fields::buildSignatureError,
            "parse-signature-key", Fields::parseSignatureKey);

    private static Parser parser(Map<String, Object> input) throws ParseException {
        return new Parser(JSONObjectUtils.getStringList(input, "fields"));
    }

    private static Map<String, Object> other() {
        return Adapter.unsupported("parses it, and has no rule for its form");
    }

    /** As JSON has them: text of strings and tokens, base64 of byte sequences. */
    private static Map<String, Object> plain(Parameters parameters) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Map.Entry<String, Item<?>> parameter : parameters.entrySet()) {
            Object value = parameter.getValue().get();
            all.put(parameter.getKey(), value instanceof ByteBuffer octets
                    ? StandardCharsets.ISO_8859_1.decode(Base64.getEncoder().encode(octets)).toString() : value);
        }
        return all;
    }

    private static Map<String, Object> parseRequirement(Map<String, Object> input) throws ParseException {
        ListElement<?> member = parser(input).parseDictionary().get().get("requirement");
        if (!(member instanceof TokenItem value)) return other();
        return Adapter.valid(Map.of("value", value.get(), "parameters", plain(value.getParams())));
    }

    private static Map<String, Object> buildRequirement(Map<String, Object> input) throws ParseException {
        Map<String, Object> parameters = JSONObjectUtils.getJSONObject(input, "parameters");
        TokenItem value = TokenItem.valueOf(JSONObjectUtils.getString(input, "value"));
        value = value.withParams(Parameters.valueOf(parameters));
        return Adapter.valid(Map.of("field", Dictionary.valueOf(Map.of("requirement", value)).serialize()));
    }

    private static Map<String, Object> parseTokenList(Map<String, Object> input) throws ParseException {
        List<String> tokens = new ArrayList<>();
        for (ListElement<?> member : parser(input).parseList().get()) {
            if (!(member instanceof TokenItem token)) return other();
            tokens.add(token.get());
        }
        return Adapter.valid(Map.of("tokens", tokens));
    }

    private static Map<String, Object> buildTokenList(Map<String, Object> input) throws ParseException {
        List<ListElement<?>> tokens = new ArrayList<>();
        for (String token : JSONObjectUtils.getStringList(input, "tokens")) tokens.add(TokenItem.valueOf(token));
        return Adapter.valid(Map.of("field", OuterList.valueOf(tokens).serialize()));
    }

    private static Map<String, Object> parseSignatureError(Map<String, Object> input) throws ParseException {
        Map<String, ?> members = parser(input).parseDictionary().get();
        if (!(members.get("error") instanceof TokenItem error)) return other();
        Map<String, Object> output = new LinkedHashMap<>(Map.of("error", error.get()));
        if (members.get("required_input") instanceof InnerList inner) {
            List<String> components = new ArrayList<>();
            for (Item<?> component : inner.get()) {
                if (!(component instanceof StringItem name)) return other();
                components.add(name.get());
            }
            output.put("required_input", components);
        } else if (members.containsKey("required_input")) {
            return other();
        }
        return Adapter.valid(output);
    }

    private static Map<String, Object> buildSignatureError(Map<String, Object> input) throws ParseException {
        Map<String, ListElement<?>> members = new LinkedHashMap<>();
        members.put("error", TokenItem.valueOf(JSONObjectUtils.getString(input, "error")));
        List<Item<?>> required = new ArrayList<>();
        for (String name : JSONObjectUtils.getStringList(input, "required_input")) {
            required.add(StringItem.valueOf(name));
        }
        if (!required.isEmpty()) members.put("required_input", InnerList.valueOf(required));
        return Adapter.valid(Map.of("field", Dictionary.valueOf(members).serialize()));
    }

    /** What each scheme needs is no matter of syntax. */
    private static Map<String, Object> parseSignatureKey(Map<String, Object> input) throws ParseException {
        Parser.parseDictionary(JSONObjectUtils.getString(input, "field"));
        return Adapter.unsupported("parses it, and does not know the schemes");
    }

    private Fields() {}
}
