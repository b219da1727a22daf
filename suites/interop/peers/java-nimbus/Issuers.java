import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** AAuth's tokens and the keys of their issuers: JWTs, JWKs and signatures by Nimbus, AAuth's rules from here. */
final class Issuers {
    /** A token that holds: its type, its claims, the key that it is bound to. */
    record Token(String type, JWTClaimsSet claims, JWK key) {}

    /** What an issuer published, or why that could not be had. */
    private record Kept(JWKSet keys, Refusal problem, Instant fetched) {}

    /** The metadata documents that issue tokens of each type (AAuth 11.5.1). */
    private static final Map<String, List<String>> DOCUMENTS = Map.of(
            "aa-agent+jwt", List.of("aauth-agent.json"), "aa-person+jwt", List.of("aauth-person.json"),
            "aa-auth+jwt", List.of("aauth-person.json", "aauth-access.json"));
    private static final String AGENT = "aauth:[A-Za-z0-9._~+-]+@[^@\\s]+";
    private static final long CEILING = 3600;  // seconds that person and auth tokens live at most
    private static final int LARGEST = 1 << 20;  // octets of a document
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Map<String, Kept> KEPT = new ConcurrentHashMap<>();
    private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** Verifies a token from Signature-Key (AAuth 11.5.2) as far as it does not depend on who asks. */
    static Token verified(String compact) throws Refusal, JOSEException {
        SignedJWT jwt;
        JWTClaimsSet claims;
        String document;
        try {
            jwt = SignedJWT.parse(compact);
            claims = jwt.getJWTClaimsSet();
            document = claims.getStringClaim("dwk");
        } catch (ParseException broken) {
            throw new Refusal("invalid_jwt", broken.getMessage());
        }
        String type = String.valueOf(jwt.getHeader().getType());
        boolean typed = document != null && DOCUMENTS.getOrDefault(type, List.of()).contains(document);
        if (!typed) throw new Refusal("invalid_jwt", "a token of type " + type + " with dwk " + document);
        if (!isServer(claims.getIssuer())) throw new Refusal("invalid_jwt", "iss is no server identifier");
        JWK issuer = keyOf(claims.getIssuer(), document, jwt.getHeader().getKeyID());
        if (!jwt.getHeader().getAlgorithm().equals(issuer.getAlgorithm()) || !jwt.verify(verifier(issuer))) {
            throw new Refusal("invalid_jwt", "the signature is not of the issuer");
        }
        String odd = oddClaims(type, claims);
        if (odd != null) throw new Refusal("invalid_jwt", odd);
        if (!claims.getExpirationTime().toInstant().isAfter(Instant.now())) {
            throw new Refusal("expired_jwt", "the token has expired");
        }
        return new Token(type, claims, confirmation(claims));
    }

    /** What is wrong with the claims of a token, beside its signature and time (AAuth 5.3.3, 7.1.2, 9.4.1). */
    private static String oddClaims(String type, JWTClaimsSet claims) {
        if (claims.getJWTID() == null || claims.getSubject() == null) return "jti and sub are needed";
        if (claims.getIssueTime() == null || claims.getExpirationTime() == null) return "iat and exp are needed";
        boolean agent = type.equals("aa-agent+jwt");
        Duration life = Duration.between(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant());
        if (!agent && life.toSeconds() > CEILING) return "it lives longer than an hour";
        Map<String, Object> all = claims.getClaims();
        if (type.equals("aa-person+jwt")) {
            return all.containsKey("scope") || all.containsKey("account") ? "a person token authorizes nothing" : null;
        }
        if (!agent) return isServer(all.get("ps")) ? null : "ps is needed";
        boolean named = claims.getSubject().matches(AGENT)
                && (!all.containsKey("parent_agent") || String.valueOf(all.get("parent_agent")).matches(AGENT));
        if (!named) return "sub or parent_agent is no agent";
        return !all.containsKey("ps") || isServer(all.get("ps")) ? null : "ps is no server";
    }

    /** Whether the key made this signature of some octets, in the form that a JWS has it. */
    static boolean signed(byte[] octets, byte[] signature, JWK key) throws Refusal, JOSEException {
        JWSVerifier verifier = verifier(key);
        JWSHeader header = new JWSHeader(JWSAlgorithm.parse(key.getAlgorithm().getName()));
        return verifier.verify(header, octets, Base64URL.encode(signature));
    }

    /** AAuth 11.1.1; with the property "loopback", plain http on this machine as well, for a test without the lab. */
    static boolean isServer(Object claim) {
        if (!(claim instanceof String text)) return false;
        if (Boolean.getBoolean("loopback") && text.matches("http://127\\.0\\.0\\.1:[0-9]{1,5}")) return true;
        try {
            URI place = URI.create(text);
            return place.getHost() != null && text.equals("https://" + place.getHost().toLowerCase());
        } catch (IllegalArgumentException no) {
            return false;
        }
    }

    private static JWK confirmation(JWTClaimsSet claims) throws Refusal {
        try {
            Map<String, Object> cnf = claims.getJSONObjectClaim("cnf");
            if (cnf == null || !cnf.containsKey("jwk")) throw new Refusal("invalid_jwt", "there is no cnf.jwk");
            Map<String, Object> jwk = JSONObjectUtils.getJSONObject(cnf, "jwk");
            boolean other = jwk.get("kty") instanceof String type && !List.of("OKP", "EC").contains(type);
            if (other) throw new Refusal("unsupported_algorithm", "keys of this type are not accepted");
            return JWK.parse(jwk);
        } catch (ParseException broken) {
            throw new Refusal("invalid_key", broken.getMessage());
        }
    }

    /** Nimbus takes a key without alg, and EdDSA; AAuth 11.3.1 does not. */
    private static JWSVerifier verifier(JWK key) throws Refusal, JOSEException {
        Algorithm alg = key.getAlgorithm();
        if (!JWSAlgorithm.Ed25519.equals(alg) && !JWSAlgorithm.ES256.equals(alg)) {
            throw new Refusal("unsupported_algorithm", "the alg " + alg + " is not accepted");
        }
        try {
            JWSVerifier made = key instanceof ECKey point ? new ECDSAVerifier(point)
                    : key instanceof OctetKeyPair pair ? new Ed25519Verifier(pair.toPublicJWK()) : null;
            boolean fits = made != null && made.supportedJWSAlgorithms().contains(alg);
            if (fits) return made;
        } catch (JOSEException | IllegalArgumentException refused) {
            throw new Refusal("invalid_key", refused.getMessage());
        }
        throw new Refusal("invalid_key", "the key does not go with its alg");
    }

    private static JWK keyOf(String issuer, String document, String kid) throws Refusal {
        Kept kept = KEPT.get(issuer + " " + document);
        Duration age = kept == null ? Duration.ofDays(1) : Duration.between(kept.fetched(), Instant.now());
        boolean known = kept != null && kid != null && kept.keys().getKeyByKeyId(kid) != null;
        if (age.toSeconds() >= (known ? 3600 : 60)) {
            kept = fetched(issuer, document);
            KEPT.put(issuer + " " + document, kept);
        }
        if (kept.problem() != null) throw kept.problem();
        JWK key = kid == null ? null : kept.keys().getKeyByKeyId(kid);
        if (key == null) throw new Refusal("unknown_key", "the issuer has no key " + kid);
        return key;
    }

    private static Kept fetched(String issuer, String document) {
        try {
            return new Kept(published(issuer, document), null, Instant.now());
        } catch (Refusal problem) {
            return new Kept(new JWKSet(), problem, Instant.now());
        }
    }

    private static JWKSet published(String issuer, String document) throws Refusal {
        try {
            Map<String, Object> metadata = JSONObjectUtils.parse(text(issuer + "/.well-known/" + document));
            String named = JSONObjectUtils.getString(metadata, "issuer");
            if (named == null) throw new Refusal("issuer_missing", document + " names no issuer");
            if (!named.equals(issuer)) throw new Refusal("issuer_mismatch", document + " names another issuer");
            String place = JSONObjectUtils.getString(metadata, "jwks_uri");
            boolean theirs = place != null && place.startsWith(issuer + "/");
            if (!theirs) throw new Refusal("invalid_jwt", "the keys are not on the origin of the issuer");
            return JWKSet.parse(text(place));
        } catch (IOException | ParseException | IllegalArgumentException broken) {
            throw new Refusal("invalid_jwt", "the issuer's keys: " + broken);
        }
    }

    private static String text(String url) throws IOException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
            var answer = CLIENT.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) throw new IOException(url + " answers " + answer.statusCode());
                byte[] octets = body.readNBytes(LARGEST + 1);
                if (octets.length > LARGEST) throw new IOException(url + " is too large");
                return new String(octets, StandardCharsets.UTF_8);
            }
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    private Issuers() {}
}
