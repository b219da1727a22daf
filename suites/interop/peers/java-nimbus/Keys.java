import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.Map;

/** thumbprint, check-key, select-key, by Nimbus. */
final class Keys {
    static final Map<String, Adapter.Operation> OPERATIONS =
            Map.of("thumbprint", Keys::thumbprint, "check-key", Keys::check, "select-key", Keys::select);

    private static Map<String, Object> thumbprint(Map<String, Object> input) throws ParseException, JOSEException {
        JWK key = JWK.parse(JSONObjectUtils.getJSONObject(input, "jwk"));
        return Adapter.valid(Map.of("thumbprint", key.computeThumbprint().toString()));
    }

    private static Map<String, Object> check(Map<String, Object> input) {
        try {
            JWK key = JWK.parse(JSONObjectUtils.getJSONObject(input, "jwk"));
            Map<String, Object> unusable = unusable(key);
            return unusable != null ? unusable : Adapter.valid(Map.of("alg", key.getAlgorithm().getName()));
        } catch (ParseException refusal) {
            return Adapter.invalid("invalid_key");
        }
    }

    /**
     * Null if Nimbus makes a verifier with the key, and names its alg among that verifier's; else the answer. What only
     * Signature Keys says of alg, that there is one and that it is not EdDSA, Nimbus does not know.
     */
    private static Map<String, Object> unusable(JWK key) {
        Algorithm alg = key.getAlgorithm();
        if (alg == null) return Adapter.unsupported("takes alg as optional");
        if (alg.equals(JWSAlgorithm.EdDSA)) return Adapter.unsupported("takes EdDSA as Ed25519");
        try {
            JWSVerifier verifier = verifier(key);
            if (verifier == null) return Adapter.unsupported("has no verifier of a public key of this type");
            if (verifier.supportedJWSAlgorithms().contains(alg)) return null;
        } catch (JOSEException | IllegalArgumentException refusal) {
            return Adapter.invalid("invalid_key");
        }
        return Adapter.invalid(JWSAlgorithm.Family.SIGNATURE.contains(alg) ? "invalid_key" : "unsupported_algorithm");
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        if (key instanceof OctetKeyPair pair) return new Ed25519Verifier(pair.toPublicJWK());
        if (key instanceof ECKey point) return new ECDSAVerifier(point);
        if (key instanceof RSAKey modulus) return new RSASSAVerifier(modulus);
        return null;
    }

    private static Map<String, Object> select(Map<String, Object> input) throws ParseException, JOSEException {
        JWKSet keys = JWKSet.parse(JSONObjectUtils.getJSONObject(input, "jwks"));
        JWK key = keys.getKeyByKeyId(JSONObjectUtils.getString(input, "kid"));
        if (key == null) return Adapter.invalid("unknown_key");
        Map<String, Object> unusable = unusable(key);
        return unusable != null ? unusable : Adapter.valid(Map.of("thumbprint", key.computeThumbprint().toString()));
    }

    private Keys() {}
}
