import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.Map;

/**
 * verify-token, verify-challenge, verify-grant, as far as Nimbus alone decides them: a token that is no signed JWT is
 * invalid. Who issued it and what its claims have to be is AAuth's, so that all others have no verdict.
 */
final class Tokens {
    static final Map<String, Adapter.Operation> OPERATIONS =
            Map.of("verify-token", Tokens::read, "verify-challenge", Tokens::read, "verify-grant", Tokens::read);

    private static Map<String, Object> read(Map<String, Object> input) throws ParseException {
        SignedJWT.parse(JSONObjectUtils.getString(input, "token")).getJWTClaimsSet();
        return Adapter.unsupported("reads it, and does not know AAuth's tokens");
    }

    private Tokens() {}
}
