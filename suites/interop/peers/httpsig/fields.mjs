// The header fields of challenges: those that the library reads and writes, and the one for which it offers its
// structured fields.
import { httpsig, plainParameters, unsupported, valid } from './library.mjs'

const joined = fields => fields.join(', ')

/** Its functions for Accept-Signature-Scheme and Accept-Signature-Alg are the same; others are lists of tokens too. */
function parseTokenList({ fields }) {
    if (fields.length === 0) return unsupported('is given the field that there is')
    return valid({ tokens: httpsig.parseAcceptSignatureScheme(joined(fields)) })
}

const buildTokenList = ({ tokens }) => valid({ field: httpsig.generateAcceptSignatureSchemeHeader(tokens) })

const parseSignatureError = ({ fields }) => valid(httpsig.parseSignatureError(joined(fields)))

function buildSignatureError({ error, required_input }) {
    const required = required_input.length > 0 ? { required_input } : {}
    return valid({ field: httpsig.generateSignatureErrorHeader({ error, ...required }) })
}

function parseRequirement({ fields }) {
    const member = httpsig.parseDictionary(joined(fields)).get('requirement')
    if (!member || !(member[0] instanceof httpsig.Token)) return unsupported('parses it, and has no rule for its form')
    return valid({ value: String(member[0]), parameters: plainParameters(member[1]) })
}

function buildRequirement({ value, parameters }) {
    const member = [new httpsig.Token(value), new Map(Object.entries(parameters))]
    return valid({ field: httpsig.serializeDictionary(new Map([['requirement', member]])) })
}

export const fields = {
    'parse-token-list': parseTokenList,
    'build-token-list': buildTokenList,
    'parse-signature-error': parseSignatureError,
    'build-signature-error': buildSignatureError,
    'parse-requirement': parseRequirement,
    'build-requirement': buildRequirement,
}
