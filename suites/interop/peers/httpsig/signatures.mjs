// signature-base, sign, verify, verify-request, content-digest.
import { handedTo, headersOf, httpsig, invalid, inWorld, refused, requestOf, unsupported, valid } from './library.mjs'

/** A key of our own, for what has to be signed only to be asked about. */
const { publicKey, privateKey } = await httpsig.generateKeyPair()
const ownKey = { signingKey: publicKey, signingCryptoKey: privateKey, signatureKey: { type: 'hwk' } }

const covered = (field, label) => {
    const member = httpsig.parseDictionary(field ?? '').get(label)
    if (!member || !httpsig.isInnerList(member)) return undefined
    return { names: member[0].map(([name]) => name), items: member[0], parameters: member[1] }
}

/** The library takes the label from Signature-Key, which has one member. */
const labelOf = headers => [...httpsig.parseDictionary(headers.get('signature-key')).keys()][0]

/** Why the library can't be asked about this member of Signature-Input: what it does not implement, it refuses. */
function beyond({ items, parameters }) {
    const plain = ([name, parameters]) => typeof name === 'string' && parameters.size === 0
    if (!items.every(plain)) return 'takes names as components'
    if (typeof parameters.get('created') !== 'number') return 'has no signature without created'
    return undefined
}

/**
 * The library has no function for the base: it is what the library has verified (with Signature-Key in the message) or
 * signed (without).
 */
async function signatureBase({ message, label = 'sig', signature_input }) {
    if (message.status) return unsupported('has no responses')
    const headers = headersOf(message.headers)
    const inner = covered(signature_input ? `${label}=${signature_input}` : headers.get('signature-input'), label)
    if (!inner) return unsupported('has nothing to start from')
    if (beyond(inner)) return unsupported(beyond(inner))
    const now = inner.parameters.get('created')

    if (headers.has('signature-key')) {
        if (labelOf(headers) !== label) return unsupported('takes the label from Signature-Key')
        if (!inner.names.includes('signature-key')) return unsupported('demands that signature-key is covered')
        if (signature_input) headers.append('signature-input', `${label}=${signature_input}`)
        if (!headers.has('signature')) headers.set('signature', `${label}=:AA==:`)
        const request = { ...requestOf(message), headers, body: undefined }
        const [result, base] = await handedTo('verify', () => inWorld({ now }, () => httpsig.verify(request)))
        if (result.error === undefined) return valid({ base })
        return /^Missing (header|value) for component/.test(result.error) ? invalid() : unsupported(result.error)
    }
    if (inner.names.includes('signature-key')) return refused(await httpsig.verify(requestOf(message)))
    const extra = [...inner.parameters.keys()].find(name => name !== 'created')
    if (extra) return unsupported(`signs without the parameter ${extra}`)
    const [sent, base] = await handedTo('sign', () => inWorld({ now }, () => httpsig.fetch(message.url, {
        ...ownKey, method: message.method, headers: message.headers, components: inner.names, label,
        contentDigest: 'omit', dryRun: true,
    })))
    return signedAs(sent.headers, label, inner.names, now) ? valid({ base }) : unsupported('signs something else')
}

/** Whether the library has signed what it was asked to: it removes components that are given twice. */
function signedAs(headers, label, components, created) {
    const { names, parameters } = covered(headers.get('signature-input'), label)
    return names.join() === components.join() && parameters.get('created') === created
}

/** The library's option for a Signature-Key field, if it makes that scheme. */
function schemeOf(field) {
    const [scheme, parameters] = [...httpsig.parseDictionary(field).values()][0]
    const type = { hwk: 'hwk', jwt: 'jwt', 'jkt-jwt': 'jkt_jwt', jwks_uri: 'jwks_uri' }[String(scheme)]
    return type && { type, ...Object.fromEntries(parameters) }
}

async function sign({ message, label, components, parameters, key, signature_key }) {
    const other = Object.keys(parameters).find(name => name !== 'created')
    if (other) return unsupported(`makes no parameter ${other}`)
    if (components.some(name => name.includes(';'))) return unsupported('takes names as components')
    const signatureKey = signature_key ? schemeOf(signature_key) : { type: 'hwk' }
    if (!signatureKey) return unsupported('does not make this scheme')
    // A body would have its digest made anew; the message brings its own.
    const { created: now } = parameters
    const [sent, base] = await handedTo('sign', () => inWorld({ now }, () => httpsig.fetch(message.url, {
        method: message.method, headers: message.headers, components, signingKey: key, signatureKey, label,
        contentDigest: 'omit', dryRun: true,
    })))
    if (!signedAs(sent.headers, label, components, now)) return unsupported('signs something else')
    const field = sent.headers.get('signature-key')
    if (signature_key && field && field !== signature_key) return unsupported('writes another Signature-Key')
    const made = { 'Signature-Input': sent.headers.get('signature-input'), Signature: sent.headers.get('signature') }
    return valid({ headers: made, base })
}

/** verify() takes its key from Signature-Key alone, so it can be asked where the message carries the key there. */
async function verify({ message, public_key, label }) {
    if (message.status) return unsupported('has no responses')
    const request = requestOf(message)
    if (!request.headers.has('signature-key')) return unsupported('takes the key from Signature-Key')
    if (labelOf(request.headers) !== label) return unsupported('takes the label from Signature-Key')
    const inner = covered(request.headers.get('signature-input'), label)
    if (inner && beyond(inner)) return unsupported(beyond(inner))
    const now = inner?.parameters.get('created') ?? 0
    const [result, base] = await handedTo('verify', () => inWorld({ now }, () => httpsig.verify(request)))
    if (!result.verified && result.signatureError?.error === 'invalid_input') {
        return unsupported('has a rule of its own for what is covered')
    }
    if (result.verified && result.thumbprint !== (await httpsig.calculateThumbprint(public_key))) {
        return unsupported('takes the key from Signature-Key')
    }
    return result.verified ? valid({ base }) : refused(result)
}

/**
 * A request that is refused is refused. One that verifies has a verdict where nothing is left to the caller: the
 * library leaves a jwt's issuer, signature and claims to it, and has no options for the schemes or further components.
 */
async function verifyRequest({ message, now, verifier, documents }) {
    const asked = verifier.also_covered ?? []
    const also = asked.filter(name => name !== 'content-digest')
    const bodyCovered = verifier.role !== 'resource' || verifier.servers || asked.includes('content-digest')
    const authority = new URL(verifier.identifier).host
    const verifying = () => httpsig.verify(requestOf(message, authority), {
        maxClockSkew: verifier.window,
        supportedAlgorithms: verifier.accepts,
        requireContentDigest: bodyCovered,
        jwksCacheTtl: 0,
    })
    const [result, base] = await handedTo('verify', () => inWorld({ now, documents }, verifying))
    if (!result.verified) return refused(result)
    if (result.keyType === 'jwt') return unsupported('verifies the signature, and leaves the token to its caller')
    if (!verifier.schemes.includes(result.keyType.replace('jkt_jwt', 'jkt-jwt'))) {
        return unsupported('has no option for the schemes')
    }
    if (also.length > 0) return unsupported(`has no option that requires ${also}`)
    return valid({ thumbprint: result.thumbprint, base })
}

/** The field in a request that the library has signed as it stands, verified with the body. */
async function contentDigest({ field, body }) {
    const target = { method: 'POST', authority: 'digest.example', path: '/' }
    const sent = await httpsig.fetch('https://digest.example/', {
        ...ownKey, method: target.method, headers: headersOf([['Content-Digest', field]]), contentDigest: 'omit',
        components: ['@method', '@authority', '@path', 'content-digest', 'signature-key'], dryRun: true,
    })
    const result = await httpsig.verify({ ...target, headers: sent.headers, body: Buffer.from(body, 'base64') })
    return result.verified ? valid({}) : refused(result)
}

export const signatures = {
    'signature-base': signatureBase, sign, verify, 'verify-request': verifyRequest, 'content-digest': contentDigest,
}
