// The vector adapter of @hellocoop/httpsig: one JSON request a line on standard input, one answer a line on standard
// output. See README.md.
import { createInterface } from 'node:readline'

import { fields } from './fields.mjs'
import { keys } from './keys.mjs'
import { refusal, unsupported } from './library.mjs'
import { signatures } from './signatures.mjs'
import { tokens } from './tokens.mjs'

const operations = { ...signatures, ...keys, ...tokens, ...fields }
const say = answer => process.stdout.write(JSON.stringify(answer) + '\n')

say({
    hello: {
        name: '@hellocoop/httpsig', version: '2.2.0', drafts: ['11-2026-08', '11'], operations: Object.keys(operations),
    },
})
for await (const line of createInterface({ input: process.stdin })) {
    const { id, op, input } = JSON.parse(line)
    let answer
    try {
        answer = Object.hasOwn(operations, op) ? await operations[op](input) : unsupported('no such operation')
    } catch (error) {
        answer = refusal(error)
    }
    say({ id, ...answer })
}
