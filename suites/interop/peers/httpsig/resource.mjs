// A resource that verifies its callers with @hellocoop/httpsig. PORT and IDENTIFIER say where it is, DRAFT what it
// speaks.
//   GET /agent       an agent token is enough
//   GET /person      a person token
//   GET /data        an auth token of the person server, with the scope data.read
//   GET /federated   the same of ?access_server=URL
// What is the library's here, and what this program does by itself, is in README.md.
import { createServer } from 'node:http'

import { Refusal, isServer, minted, now, verified, world } from './jwts.mjs'
import { httpsig } from './library.mjs'

const { PORT, IDENTIFIER, DRAFT: draft } = process.env
// Outside of pairings nobody gives it a name.
const identifier = URL.canParse(IDENTIFIER) ? IDENTIFIER : `http://127.0.0.1:${PORT}`
const host = new URL(identifier).host
world.loopback = identifier.startsWith('http:')
const scope = 'data.read'
const kid = 'key-1'
const { publicKey, privateKey } = await httpsig.generateKeyPair()

const reply = (status, body, headers = {}) => ({ status, body, headers })
const problem = (status, error, detail, headers) =>
    reply(status, { error, detail }, { 'Content-Type': 'application/problem+json', ...headers })

/** A 401 that asks for a token (AAuth 11.6). */
function asks(requirement, parameters = []) {
    const member = [new httpsig.Token(requirement), new Map(parameters)]
    const field = httpsig.serializeDictionary(new Map([['requirement', member]]))
    return problem(401, 'requirement', `this needs requirement=${requirement}`, { 'AAuth-Requirement': field })
}

/** A 401 for a signature or a token that does not hold (AAuth 11.3.4). */
function refuses(error, detail, algorithms) {
    const headers = { 'Signature-Error': httpsig.generateSignatureErrorHeader(error) }
    if (error.error === 'unsupported_scheme') {
        headers['Accept-Signature-Scheme'] = httpsig.generateAcceptSignatureSchemeHeader(['jwt'])
    }
    if (algorithms) headers['Accept-Signature-Alg'] = httpsig.generateAcceptSignatureAlgHeader(algorithms)
    return problem(401, error.error, detail, headers)
}

/** The token that the caller presented, verified, and the thumbprint of its key; or a reply that refuses it. */
async function callerOf(request, url) {
    const result = await httpsig.verify({
        method: request.method, authority: host, path: url.pathname, query: url.search.slice(1),
        headers: request.headers,
    })
    if (!result.verified) {
        // Of a signature that does not match, the library says no more than that.
        const error = result.signatureError ?? { error: 'invalid_signature' }
        return { refusal: refuses(error, result.error, result.acceptSignatureAlg) }
    }
    if (result.keyType !== 'jwt') {
        return { refusal: refuses({ error: 'unsupported_scheme' }, `${result.keyType} is not accepted`) }
    }
    try {
        const { header, claims } = await verified(result.jwt.raw, ['aa-agent+jwt', 'aa-person+jwt', 'aa-auth+jwt'])
        const forThis = header.typ === 'aa-agent+jwt' || claims.aud === identifier
        if (!forThis) throw new Refusal('invalid_jwt', 'aud is not this resource')
        return { typ: header.typ, claims, thumbprint: result.thumbprint }
    } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return { refusal: refuses({ error: error.code }, error.message) }
    }
}

/** The resource token for who presented this person token (AAuth 6.7.1). */
function resourceToken({ claims, thumbprint }, audience) {
    const kept = Object.entries(claims).filter(([name]) => ['tenant', 'mission_s256'].includes(name))
    return minted('aa-resource+jwt', {
        iss: identifier, dwk: 'aauth-resource.json', aud: audience, ps: claims.iss, sub: claims.sub, scope,
        agent_jkt: thumbprint, presented_jti: claims.jti, exp: now() + 300, ...Object.fromEntries(kept),
        // The name that the claim had before, which @hellocoop/mockin 2.0.0 looks for.
        ...(draft === '11-2026-08' ? { person_token_jti: claims.jti } : {}),
    }, kid, privateKey)
}

/** What a path asks of its caller. */
async function served(request, url) {
    const paths = { '/agent': 'agent', '/person': 'person', '/data': 'auth', '/federated': 'auth' }
    const needed = paths[url.pathname]
    if (!needed) return problem(404, 'not_found', 'there is nothing here')
    const unsigned = ['signature', 'signature-input', 'signature-key'].every(name => !(name in request.headers))
    if (unsigned) return asks(needed === 'agent' ? 'agent-token' : 'person-token')
    const caller = await callerOf(request, url)
    if (caller.refusal) return caller.refusal
    const { typ, claims } = caller

    const who = typ === 'aa-agent+jwt' ? { agent: claims.sub } : { sub: claims.sub, scope: claims.scope }
    if (needed === 'agent') return typ === 'aa-agent+jwt' ? reply(200, who) : asks('agent-token')
    if (typ === 'aa-agent+jwt') return asks('person-token')
    if (needed === 'person') return reply(200, who)

    const server = url.pathname === '/federated' ? url.searchParams.get('access_server') : undefined
    if (server !== undefined && !isServer(server)) return problem(400, 'invalid_request', 'access_server is missing')
    if (typ === 'aa-person+jwt') {
        return asks('auth-token', [['resource-token', await resourceToken(caller, server ?? claims.iss)]])
    }
    const issuer = server ? claims.iss === server : claims.dwk === 'aauth-person.json'
    if (!issuer) return problem(403, 'access_denied', 'the auth token is of another server')
    const granted = String(claims.scope).split(' ').includes(scope)
    return granted ? reply(200, who) : problem(403, 'insufficient_scope', `this needs ${scope}`)
}

const documents = {
    '/.well-known/aauth-resource.json': {
        issuer: identifier, jwks_uri: `${identifier}/jwks.json`, name: '@hellocoop/httpsig resource',
        access_mode: 'agent-token', scope_descriptions: { [scope]: 'Read your data' },
    },
    '/jwks.json': { keys: [{ ...publicKey, key_ops: ['verify'], kid }] },
}

createServer(async (request, response) => {
    let answer
    try {
        const url = new URL(request.url, identifier)
        const document = documents[url.pathname]
        answer = document ? reply(200, document) : await served(request, url)
    } catch (error) {
        console.error(error)
        answer = problem(500, 'server_error', error.message)
    }
    response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers })
    response.end(JSON.stringify(answer.body))
}).listen(Number(PORT), '127.0.0.1')
