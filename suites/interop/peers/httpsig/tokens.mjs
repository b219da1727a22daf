// verify-token, as far as the library decides it.
import { ask, member, refused, unsupported } from './library.mjs'

/**
 * A token that verify() refuses in Signature-Key is invalid. Who signed it and what else it says is left to the caller,
 * so that all others have no verdict.
 */
async function verifyToken({ token, kind, now }) {
    if (kind === 'resource-token') return unsupported('has no tokens but those of Signature-Key')
    if (!/^[ -~]+$/.test(token)) return unsupported('a parameter can not carry it')
    const result = await ask(member('jwt', [['jwt', token]]), { now })
    return result.error === undefined ? unsupported('reads it, and leaves the token to its caller') : refused(result)
}

export const tokens = { 'verify-token': verifyToken }
