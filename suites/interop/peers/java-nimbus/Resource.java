import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.Ed25519Signer;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.OctetKeyPairGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.greenbytes.http.sfv.Dictionary;
import org.greenbytes.http.sfv.InnerList;
import org.greenbytes.http.sfv.Item;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.Parameters;
import org.greenbytes.http.sfv.StringItem;
import org.greenbytes.http.sfv.TokenItem;

/**
 * A resource over the JDK's HTTP server: "Resource PORT IDENTIFIER". Its paths: /agent, /person, /data,
 * /federated?access_server=URL. What the libraries do here, and what this program does by itself, is in README.md.
 */
final class Resource {
    private static final String SCOPE = "data.read";
    private static final Map<String, String> NEEDED =
            Map.of("/agent", "agent", "/person", "person", "/data", "auth", "/federated", "auth");

    private final String identifier;
    private final OctetKeyPair key;

    private record Answer(int status, Map<String, ?> body, Map<String, String> fields) {}

    private Resource(String identifier) throws JOSEException {
        this.identifier = identifier;
        key = new OctetKeyPairGenerator(Curve.Ed25519).keyID("key-1").algorithm(JWSAlgorithm.Ed25519).generate();
    }

    public static void main(String[] arguments) throws IOException, JOSEException {
        int port = Integer.parseInt(arguments[0]);
        // Outside of pairings nobody gives it a name.
        boolean named = arguments[1].startsWith("https://");
        System.setProperty("loopback", String.valueOf(!named));
        Resource resource = new Resource(named ? arguments[1] : "http://127.0.0.1:" + port);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", resource::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Answer answer;
        try {
            answer = answer(exchange);
        } catch (JOSEException | RuntimeException broken) {
            broken.printStackTrace();
            answer = problem(500, "server_error", broken.toString(), Map.of());
        }
        byte[] body = JSONObjectUtils.toJSONString(answer.body()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        answer.fields().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Answer answer(HttpExchange exchange) throws JOSEException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/.well-known/aauth-resource.json")) {
            return served(Map.of("issuer", identifier, "jwks_uri", identifier + "/jwks.json", "name", "In Java",
                    "access_mode", "agent-token", "scope_descriptions", Map.of(SCOPE, "Read your data")));
        }
        if (path.equals("/jwks.json")) return served(new JWKSet(key.toPublicJWK()).toJSONObject());
        String needed = NEEDED.get(path);
        if (needed == null) return problem(404, "not_found", "there is nothing here", Map.of());
        if (Signatures.FIELDS.stream().noneMatch(exchange.getRequestHeaders()::containsKey)) {
            return asks(needed.equals("agent") ? "agent-token" : "person-token", Map.of());
        }
        try {
            Issuers.Token token = Signatures.verified(exchange, URI.create(identifier).getAuthority());
            boolean any = token.type().equals("aa-agent+jwt");
            boolean here = any || token.claims().getAudience().equals(List.of(identifier));
            if (!here) throw new Refusal("invalid_jwt", "aud is not this resource");
            return admitted(token, needed, exchange.getRequestURI());
        } catch (Refusal refusal) {
            return refused(refusal);
        }
    }

    /** What a path asks of a caller whose signature and token hold. */
    private Answer admitted(Issuers.Token token, String needed, URI place) throws JOSEException {
        JWTClaimsSet claims = token.claims();
        boolean agent = token.type().equals("aa-agent+jwt");
        Map<String, Object> who = new LinkedHashMap<>(Map.of(agent ? "agent" : "sub", claims.getSubject()));
        if (claims.getClaim("scope") != null) who.put("scope", claims.getClaim("scope"));
        if (needed.equals("agent")) return agent ? served(who) : asks("agent-token", Map.of());
        if (agent) return asks("person-token", Map.of());
        if (needed.equals("person")) return served(who);

        boolean federated = place.getPath().equals("/federated");
        String server = federated ? String.valueOf(place.getQuery()).replaceFirst("^access_server=", "") : null;
        if (federated && !Issuers.isServer(server)) {
            return problem(400, "invalid_request", "access_server is missing", Map.of());
        }
        if (token.type().equals("aa-person+jwt")) {
            String audience = federated ? server : claims.getIssuer();
            return asks("auth-token", Map.of("resource-token", resourceToken(token, audience)));
        }
        boolean personServer = "aauth-person.json".equals(claims.getClaim("dwk"));
        if (federated ? !claims.getIssuer().equals(server) : !personServer) {
            return problem(403, "access_denied", "the auth token is of another server", Map.of());
        }
        boolean granted = List.of(String.valueOf(claims.getClaim("scope")).split(" ")).contains(SCOPE);
        return granted ? served(who) : problem(403, "insufficient_scope", "this needs " + SCOPE, Map.of());
    }

    /** The resource token for who presented this person token (AAuth 6.7.1). */
    private String resourceToken(Issuers.Token presented, String audience) throws JOSEException {
        JWTClaimsSet claims = presented.claims();
        Instant now = Instant.now();
        JWTClaimsSet.Builder made = new JWTClaimsSet.Builder().issuer(identifier).claim("dwk", "aauth-resource.json")
                .audience(audience).claim("ps", claims.getIssuer()).subject(claims.getSubject()).claim("scope", SCOPE)
                .claim("agent_jkt", presented.key().computeThumbprint().toString())
                .claim("presented_jti", claims.getJWTID()).jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now)).expirationTime(Date.from(now.plusSeconds(300)));
        for (String copied : List.of("tenant", "mission_s256")) {
            if (claims.getClaim(copied) != null) made.claim(copied, claims.getClaim(copied));
        }
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.Ed25519).type(new JOSEObjectType("aa-resource+jwt"))
                .keyID(key.getKeyID()).build();
        SignedJWT jwt = new SignedJWT(header, made.build());
        jwt.sign(new Ed25519Signer(key));
        return jwt.serialize();
    }

    private static Answer served(Map<String, ?> body) {
        return new Answer(200, body, Map.of());
    }

    private static Answer problem(int status, String error, String detail, Map<String, String> fields) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("Content-Type", "application/problem+json"));
        all.putAll(fields);
        return new Answer(status, Map.of("error", error, "detail", String.valueOf(detail)), all);
    }

    /** A 401 that asks for a token (AAuth 11.6). */
    private static Answer asks(String requirement, Map<String, Object> parameters) {
        TokenItem value = TokenItem.valueOf(requirement).withParams(Parameters.valueOf(parameters));
        String field = Dictionary.valueOf(Map.of("requirement", value)).serialize();
        return problem(401, "requirement", "this needs requirement=" + requirement, Map.of("AAuth-Requirement", field));
    }

    /** A 401 for a signature or a token that does not hold (AAuth 11.3.4). */
    private static Answer refused(Refusal refusal) {
        Map<String, ListElement<?>> members = new LinkedHashMap<>(Map.of("error", TokenItem.valueOf(refusal.code)));
        if (refusal.code.equals("invalid_input")) {
            List<Item<?>> required = List.copyOf(Signatures.REQUIRED.stream().map(StringItem::valueOf).toList());
            members.put("required_input", InnerList.valueOf(required));
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Signature-Error", Dictionary.valueOf(members).serialize());
        if (refusal.code.equals("unsupported_scheme")) fields.put("Accept-Signature-Scheme", "jwt");
        if (refusal.code.equals("unsupported_algorithm")) fields.put("Accept-Signature-Alg", "Ed25519, ES256");
        return problem(401, refusal.code, refusal.getMessage(), fields);
    }
}
