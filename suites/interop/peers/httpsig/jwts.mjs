// AAuth's tokens and the keys that their issuers publish. The library leaves both to its caller, but for the key in
// `cnf` of the token in Signature-Key.
import { createPublicKey, randomUUID, verify } from 'node:crypto'

import { httpsig } from './library.mjs'

/** Thrown for what is refused; `code` is one of Signature-Error's. */
export class Refusal extends Error {
    constructor(code, message) {
        super(message)
        this.code = code
    }
}

/** The metadata documents that issue a token of each type (AAuth 11.5.1). */
const documents = {
    'aa-agent+jwt': ['aauth-agent.json'],
    'aa-person+jwt': ['aauth-person.json'],
    'aa-auth+jwt': ['aauth-person.json', 'aauth-access.json'],
    'aa-resource+jwt': ['aauth-resource.json'],
}

const largest = 1 << 20  // octets of a document
const read = part => JSON.parse(Buffer.from(part, 'base64url').toString())
const written = value => Buffer.from(JSON.stringify(value)).toString('base64url')
export const now = () => Math.floor(Date.now() / 1000)

/** The header and claims of a compact JWT, unverified. */
export function decode(compact) {
    try {
        if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(compact)) throw new SyntaxError('not three parts of base64url')
        const [header, claims] = compact.split('.', 2).map(read)
        if (Object(header) !== header || Object(claims) !== claims) throw new TypeError('no objects')
        return { header, claims }
    } catch {
        throw new Refusal('invalid_jwt', 'this is no signed JWT')
    }
}

/** `loopback`: plain http on this machine is admitted as well, for a test without the lab. */
export const world = { loopback: false }

/** Whether this is a server identifier (AAuth 11.1.1). */
export function isServer(text) {
    if (typeof text !== 'string' || !URL.canParse(text)) return false
    const url = new URL(text)
    if (url.origin !== text) return false
    return url.protocol === 'https:' ? url.port === '' : world.loopback && url.hostname === '127.0.0.1'
}

async function json(url) {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5000) })
    if (!answer.ok) throw new Refusal('invalid_jwt', `${url} answers ${answer.status}`)
    const parts = []
    let size = 0
    for await (const part of answer.body) {
        size += part.length
        if (size > largest) throw new Refusal('invalid_jwt', `${url} is too large`)
        parts.push(part)
    }
    return JSON.parse(Buffer.concat(parts).toString())
}

/** The metadata of a server, checked to be its own. */
export async function metadata(issuer, name) {
    const document = await json(`${issuer}/.well-known/${name}`)
    if (typeof document?.issuer !== 'string') throw new Refusal('issuer_missing', `${name} names no issuer`)
    if (document.issuer !== issuer) throw new Refusal('issuer_mismatch', `${name} names another issuer`)
    return document
}

async function fetchedKeys(issuer, name) {
    const { jwks_uri } = await metadata(issuer, name)
    if (!URL.canParse(jwks_uri) || new URL(jwks_uri).origin !== issuer) {
        throw new Refusal('invalid_jwt', 'the keys are not on the origin of the issuer')
    }
    const keys = (await json(jwks_uri))?.keys
    if (!Array.isArray(keys)) throw new Refusal('invalid_jwt', 'the issuer publishes no key set')
    return keys
}

const keySets = new Map()  // of issuers, with those that could not be had

/** Fetched at most once a minute, for a key that is not known; otherwise once an hour (AAuth 11.4). */
async function keySet(issuer, name, kid) {
    const place = `${issuer} ${name}`
    const kept = keySets.get(place)
    const known = await kept?.keys.then(keys => keys.some(key => key?.kid === kid), () => false)
    if (kept && now() - kept.fetched < (known ? 3600 : 60)) return kept.keys
    const keys = fetchedKeys(issuer, name).catch(error => {
        if (error instanceof Refusal) throw error
        throw new Refusal('invalid_jwt', `the issuer's keys: ${error.cause ?? error}`)
    })
    keySets.set(place, { keys, fetched: now() })
    return keys
}

/** Whether the key made the signature; whether a JWK is fit for its alg, the library knows. */
function signedBy(jwk, compact, alg) {
    let key
    try {
        httpsig.determineAlgorithm(jwk)
        key = createPublicKey({ key: jwk, format: 'jwk' })
    } catch (error) {
        const known = error instanceof httpsig.SignatureVerificationError
        throw new Refusal(known ? error.code : 'invalid_key', error.message)
    }
    const hash = { Ed25519: null, ES256: 'sha256' }[jwk.alg]
    if (hash === undefined || alg !== jwk.alg) throw new Refusal('invalid_jwt', `${alg} is not accepted here`)
    const end = compact.lastIndexOf('.')
    const signature = Buffer.from(compact.slice(end + 1), 'base64url')
    return verify(hash, Buffer.from(compact.slice(0, end)), { key, dsaEncoding: 'ieee-p1363' }, signature)
}

const isAgent = text => typeof text === 'string' && /^aauth:[A-Za-z0-9._~+-]+@[^@\s]+$/.test(text)

/** What is wrong with the claims of a token, beside its signature and its time (AAuth 5.3.3, 7.1.2, 9.4.1). */
function oddClaims(typ, claims) {
    if (['jti', 'sub'].some(name => typeof claims[name] !== 'string')) return 'jti and sub are needed'
    if (!Number.isSafeInteger(claims.iat) || !Number.isSafeInteger(claims.exp)) return 'iat and exp are needed'
    const short = typ === 'aa-person+jwt' || typ === 'aa-auth+jwt'
    if (short && claims.exp - claims.iat > 3600) return 'it lives longer than an hour'
    const authorizes = 'scope' in claims || 'account' in claims
    if (typ === 'aa-person+jwt') return authorizes ? 'a person token authorizes nothing' : undefined
    if (typ !== 'aa-agent+jwt') return isServer(claims.ps) ? undefined : 'ps is needed'
    if (!isAgent(claims.sub) || !isAgent(claims.parent_agent ?? claims.sub)) return 'sub or parent_agent is no agent'
    return 'ps' in claims && !isServer(claims.ps) ? 'ps is no server' : undefined
}

/** Verifies a token of one of these types (AAuth 11.5.2); gives its header and claims, throws a Refusal. */
export async function verified(compact, types) {
    const { header, claims } = decode(compact)
    if (!types.includes(header.typ)) throw new Refusal('invalid_jwt', `a token of type ${header.typ} is not taken here`)
    if ('crit' in header) throw new Refusal('invalid_jwt', 'it has a critical extension')
    if (!documents[header.typ].includes(claims.dwk)) throw new Refusal('invalid_jwt', 'dwk is not of this type')
    if (!isServer(claims.iss)) throw new Refusal('invalid_jwt', 'iss is no server identifier')
    const key = (await keySet(claims.iss, claims.dwk, header.kid)).find(one => one?.kid === header.kid)
    if (header.kid === undefined || !key) throw new Refusal('unknown_key', `the issuer has no key ${header.kid}`)
    if (!signedBy(key, compact, header.alg)) throw new Refusal('invalid_jwt', 'the signature is not of the issuer')
    const odd = oddClaims(header.typ, claims)
    if (odd) throw new Refusal('invalid_jwt', odd)
    if (claims.exp <= now()) throw new Refusal('expired_jwt', 'the token has expired')
    return { header, claims }
}

/** A token signed with a CryptoKey for Ed25519. */
export async function minted(typ, claims, kid, privateKey) {
    const text = `${written({ alg: 'Ed25519', typ, kid })}.${written({ jti: randomUUID(), iat: now(), ...claims })}`
    const signature = await crypto.subtle.sign('Ed25519', privateKey, Buffer.from(text))
    return `${text}.${Buffer.from(signature).toString('base64url')}`
}
