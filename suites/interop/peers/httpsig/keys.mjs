// thumbprint, check-key, select-key, parse-signature-key.
import { ask, headersOf, httpsig, member, plainParameters, refused, someTime, unsupported, valid } from './library.mjs'

async function thumbprint({ jwk }) {
    try {
        return valid({ thumbprint: await httpsig.calculateThumbprint(jwk) })
    } catch (error) {
        const foreign = typeof jwk.kty === 'string' && error.message.startsWith('Unsupported key type')
        if (foreign) return unsupported(error.message)
        throw error
    }
}

/**
 * determineAlgorithm() first, then the whole way of a key through verify(): in a token that no one signed, since the
 * library does not look at a token's signature.
 */
async function checkKey({ jwk }) {
    httpsig.determineAlgorithm(jwk)
    const encoded = part => Buffer.from(JSON.stringify(part)).toString('base64url')
    const token = `${encoded({ typ: 'JWT' })}.${encoded({ exp: someTime + 60, cnf: { jwk } })}.AA`
    const result = await ask(member('jwt', [['jwt', token]]))
    return result.error === undefined ? valid({ alg: result.publicKey.alg }) : refused(result)
}

async function selectKey({ jwks, kid }) {
    if (kid === '') return unsupported('takes kid from Signature-Key, where it may not be empty')
    const id = 'https://issuer.example'
    const documents = {
        [`${id}/.well-known/issuer.json`]: { issuer: id, jwks_uri: `${id}/jwks` },
        [`${id}/jwks`]: jwks,
    }
    const field = member('jwks_uri', [['id', id], ['dwk', 'issuer.json'], ['kid', kid]])
    const result = await ask(field, { documents })
    return result.error === undefined ? valid({ thumbprint: result.thumbprint }) : refused(result)
}

/** Schemes of the draft that the library says it does not implement. */
const absent = ['jwks', 'self-jwt', 'x509', 'cached']

/**
 * verify() tells whether it takes the field: a key in the field is looked at to its end, for other schemes it goes on
 * to Signature-Input. The parser shows what is in it.
 */
async function parseSignatureKey({ field, label }) {
    const headers = headersOf([['Signature-Key', field]])
    const [name, selected] = [...httpsig.parseDictionary(field)][0] ?? []
    const scheme = String(selected?.[0])
    if (absent.includes(scheme)) return unsupported(`does not implement ${scheme}`)
    const inlined = scheme === 'hwk'
    const result = inlined
        ? await ask(field, { label: name })
        : await httpsig.verify({ method: 'GET', authority: 'keys.example', path: '/', headers })
    if (result.error !== (inlined ? undefined : 'Missing Signature-Input header')) return refused(result)
    if (name !== label) return unsupported('takes the label from the field')
    return valid({ scheme, parameters: plainParameters(selected[1]) })
}

export const keys = {
    thumbprint, 'check-key': checkKey, 'select-key': selectKey, 'parse-signature-key': parseSignatureKey,
}
