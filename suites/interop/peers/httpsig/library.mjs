// The library as `prepare` installed it, and the world that it sees while it answers one vector.
import { createRequire } from 'node:module'

export const httpsig = createRequire(new URL('../../../../build/peers/httpsig/', import.meta.url))('@hellocoop/httpsig')

const realNow = Date.now

/** Runs `work` with the library's clock (Date.now) at `now`, in seconds, and its fetches answered from `documents`. */
export async function inWorld({ now, documents = {} }, work) {
    const realFetch = globalThis.fetch
    Date.now = () => now * 1000
    globalThis.fetch = async url => {
        const document = documents[String(url)]
        if (document === undefined) return new Response('', { status: 404, statusText: 'Not Found' })
        return new Response(typeof document === 'string' ? document : JSON.stringify(document))
    }
    try {
        return await work()
    } finally {
        Date.now = realNow
        globalThis.fetch = realFetch
    }
}

/** Runs `work`; returns its result, and as text what the library handed to WebCrypto's `operation` last. */
export async function handedTo(operation, work) {
    const real = crypto.subtle[operation]
    let seen
    crypto.subtle[operation] = function (...given) {
        seen = Buffer.from(given.at(-1)).toString()
        return real.apply(crypto.subtle, given)
    }
    try {
        const result = await work()
        return [result, seen]
    } finally {
        crypto.subtle[operation] = real
    }
}

export const valid = output => ({ result: 'valid', output })
export const invalid = (error = '') => ({ result: 'invalid', error })
export const unsupported = reason => ({ unsupported: true, reason })

/** Thrown for what the library can't be given at all. */
class Unaskable extends Error {}

/** What a thrown error of the library means: a refusal, with its code if it has one, or a crash. */
export function refusal(error) {
    if (error instanceof Unaskable) return unsupported(error.message)
    if (error instanceof httpsig.SignatureVerificationError) return invalid(error.code)
    const builtin = ['TypeError', 'RangeError', 'ReferenceError'].includes(error.name)
    const crashed = builtin && !deliberate.test(error.message)
    return crashed ? { ...invalid(), crash: String(error) } : invalid()
}
/** TypeErrors that are meant: the library's own, and those of the platform's Headers for what it does not carry. */
const deliberate = /^Invalid character in Token string|^Expected a Structured Field|^Headers\./

/** A value of a structured field as JSON has it: text of strings and tokens, base64 of byte sequences. */
export function plain(value) {
    if (value instanceof httpsig.Token) return String(value)
    return value instanceof httpsig.ByteSequence ? value.toBase64() : value
}

export const plainParameters = parameters =>
    Object.fromEntries([...parameters].map(([name, value]) => [name, plain(value)]))

/** The verdict of verify()'s result when it is a refusal. It has no code when the signature did not match. */
export const refused = result => invalid(result.signatureError?.error)

/** Header lines as the library takes them. */
export function headersOf(lines) {
    const headers = new Headers()
    try {
        for (const [name, value] of lines) headers.append(name, value)
    } catch (error) {
        throw new Unaskable(`the platform's Headers can't carry it: ${error.message}`)
    }
    return headers
}

/** The request as the library's own helpers take it from a URL, at the given authority. */
export function requestOf(message, authority) {
    const url = new URL(message.url)
    return {
        method: message.method,
        authority: authority ?? url.host,
        path: url.pathname,
        query: url.search ? url.search.substring(1) : undefined,
        headers: headersOf(message.headers),
        body: message.body ? Buffer.from(message.body, 'base64') : undefined,
    }
}

/** One member of Signature-Key. */
export const member = (scheme, parameters) => httpsig.serializeDictionary(
    new Map([['sig', [new httpsig.Token(scheme), new Map(parameters)]]]),
)

export const someTime = 1790000000

/** Asks verify() about the key that this Signature-Key field names. The signature is nonsense: it is looked at last. */
export function ask(field, { label = 'sig', documents = {}, now = someTime } = {}) {
    const headers = headersOf([
        ['Signature-Key', field],
        ['Signature-Input', `${label}=("signature-key");created=${now}`],
        ['Signature', `${label}=:AA==:`],
    ])
    const request = { method: 'GET', authority: 'keys.example', path: '/', headers }
    return inWorld({ now, documents }, () => httpsig.verify(request, { jwksCacheTtl: 0 }))
}
