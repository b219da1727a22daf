// AAuth's tokens and the keys that their issuers publish: the library leaves both to its caller, for every token but the
// confirmation key of the one in Signature-Key.
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

const read = part => JSON.parse(Buffer.from(part, 'base64url').toString())
const written = value => Buffer.from(JSON.stringify(value)).toString('base64url')
export const now = () => Math.floor(Date.now() / 1000)

/** The header and claims of a compact JWT, unverified. */
export function decode(compact) {
    try {
        const [header, claims, signature, ...more] = compact.split('.')
        if (!signature || more.length > 0) throw new SyntaxError('not three parts')
        return { header: read(header), claims: read(claims) }
    } catch {
        throw new Refusal('invalid_jwt', 'this is no signed JWT')
    }
}

async function json(url) {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5000) })
    if (!answer.ok) throw new Refusal('invalid_jwt', `${url} answers ${answer.status}`)
    return answer.json()
}

/** Whether this is a server identifier (AAuth 11.1.1); with `loosely`, plain http on this machine is one too. */
export function isServer(text, loosely = false) {
    if (typeof text !== 'string' || !URL.canParse(text)) return false
    const url = new URL(text)
    const local = loosely && url.protocol === 'http:' && /^(127\.0\.0\.1|localhost)$/.test(url.hostname)
    return url.origin === text && ((url.protocol === 'https:' && url.port === '') || local)
}

/** The metadata of a server, checked to be its own. */
export async function metadata(issuer, name) {
    const document = await json(`${issuer}/.well-known/${name}`)
    if (typeof document?.issuer !== 'string') throw new Refusal('issuer_missing', `${name} names no issuer`)
    if (document.issuer !== issuer) throw new Refusal('issuer_mismatch', `${name} names another issuer`)
    return document
}

const keySets = new Map()

async function keySet(issuer, name, kid) {
    const place = `${issuer} ${name}`
    const kept = keySets.get(place)
    const age = kept ? now() - kept.fetched : Infinity
    if (age < 60 || (age < 3600 && kept.keys.some(key => key?.kid === kid))) return kept.keys
    const { jwks_uri } = await metadata(issuer, name)
    const keys = (await json(jwks_uri))?.keys
    if (!Array.isArray(keys)) throw new Refusal('invalid_jwt', 'the issuer publishes no key set')
    keySets.set(place, { keys, fetched: now() })
    return keys
}

/** Verifies a token of one of these types (AAuth 11.5.2); gives its header and claims, throws a Refusal. */
export async function verified(compact, types, loosely = false) {
    const { header, claims } = decode(compact)
    if (!types.includes(header.typ)) throw new Refusal('invalid_jwt', `a token of type ${header.typ} does not belong here`)
    if (!documents[header.typ].includes(claims.dwk)) throw new Refusal('invalid_jwt', 'dwk is not of this type')
    if (!isServer(claims.iss, loosely)) throw new Refusal('invalid_jwt', 'iss is no server identifier')
    let key
    try {
        key = (await keySet(claims.iss, claims.dwk, header.kid)).find(one => one?.kid === header.kid)
    } catch (error) {
        throw error instanceof Refusal ? error : new Refusal('invalid_jwt', `the issuer's keys: ${error.cause ?? error}`)
    }
    if (header.kid === undefined || !key) throw new Refusal('unknown_key', `the issuer has no key ${header.kid}`)
    const algorithm = httpsig.determineAlgorithm(key)
    const hash = { Ed25519: null, ES256: 'sha256' }[algorithm]
    if (hash === undefined || header.alg !== algorithm) throw new Refusal('unsupported_algorithm', 'alg is not accepted')
    const end = compact.lastIndexOf('.')
    const publicKey = { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }
    if (!verify(hash, Buffer.from(compact.slice(0, end)), publicKey, Buffer.from(compact.slice(end + 1), 'base64url'))) {
        throw new Refusal('invalid_jwt', 'the signature is not of the issuer')
    }
    if (!Number.isInteger(claims.exp)) throw new Refusal('invalid_jwt', 'there is no exp')
    if (claims.exp <= now()) throw new Refusal('expired_jwt', 'the token has expired')
    return { header, claims }
}

/** A token signed with a CryptoKey for Ed25519. */
export async function minted(typ, claims, kid, privateKey) {
    const text = `${written({ alg: 'Ed25519', typ, kid })}.${written({ jti: randomUUID(), iat: now(), ...claims })}`
    const signature = await crypto.subtle.sign('Ed25519', privateKey, Buffer.from(text))
    return `${text}.${Buffer.from(signature).toString('base64url')}`
}
