// An agent that signs with @hellocoop/httpsig: one scenario (suites/schema/scenario.schema.json) on standard input, its
// outcome on standard output. What is the library's here, and what this program does by itself, is in README.md.
import { readFileSync } from 'node:fs'

import { decode, metadata, now, verified, world } from './jwts.mjs'
import { httpsig } from './library.mjs'

const scenario = JSON.parse(readFileSync(0, 'utf8'))
const { agent, person = {}, addresses = {} } = scenario
const until = now() + (scenario.deadline ?? 30)
const interactions = [], seen = new Set()
const thumbprint = await httpsig.calculateThumbprint(agent.private_jwk)
world.loopback = decode(agent.agent_token).claims.iss.startsWith('http:')

/** An error that the agent reports. */
class Failure extends Error {
    constructor(code, message) {
        super(message)
        this.code = code
    }
}

/** What is dialled is up to the scenario; what is said stays as it is signed. */
const platformFetch = globalThis.fetch
globalThis.fetch = (url, init = {}) => {
    const wanted = new URL(url)
    const base = addresses[wanted.origin]
    if (base === undefined) return platformFetch(url, init)
    const headers = new Headers(init.headers)
    headers.set('host', wanted.host)
    return platformFetch(new URL(wanted.pathname + wanted.search, base), { ...init, headers })
}

const post = body => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
const personServer = () => metadata(agent.person_server, 'aauth-person.json')

const sleep = async seconds => {
    if (now() + seconds >= until) throw new Failure('deadline', 'there is no time left to wait')
    await new Promise(done => setTimeout(done, seconds * 1000))
}

/** The library's reading of a field; undefined when it is absent or the library cannot read it. */
function field(answer, name, parse) {
    const text = answer.headers.get(name)
    if (text === null) return undefined
    try {
        return parse(text)
    } catch {
        return undefined
    }
}

/** AAuth-Requirement: its value and its parameters. */
function requirementOf(answer) {
    const member = field(answer, 'AAuth-Requirement', httpsig.parseDictionary)?.get('requirement')
    if (!(member?.[0] instanceof httpsig.Token)) return undefined
    return { value: String(member[0]), parameters: Object.fromEntries(member[1]) }
}

/** Sends a request that the library signs, covering more when the server says so. */
async function send(url, { method = 'GET', headers, body }, jwt, also = []) {
    const base = body === undefined ? httpsig.DEFAULT_COMPONENTS_GET : httpsig.DEFAULT_COMPONENTS_BODY
    const answer = await httpsig.fetch(url, {
        method, headers, body, components: [...base, ...also], redirect: 'manual',
        signingKey: agent.private_jwk, signatureKey: { type: 'jwt', jwt },
        signal: AbortSignal.timeout(Math.max(0, until - now()) * 1000),
    })
    const wanted = field(answer, 'Signature-Error', httpsig.parseSignatureError)?.required_input ?? []
    const more = wanted.filter(name => !base.includes(name) && !also.includes(name) && name !== 'content-digest')
    if (answer.status !== 401 || also.length > 0 || more.length === 0) return answer
    return send(url, { method, headers, body }, jwt, more)
}

/** Waits for the end of a deferred answer (AAuth 11.8); `ask` signs, `authorize` is told of a resource token in it. */
async function settled(url, answer, ask, authorize) {
    let place = url, slower = 0, question
    while (answer.status === 202 || (place !== url && (answer.status === 429 || answer.status === 503))) {
        if (answer.status === 202) {
            place = new URL(answer.headers.get('Location') ?? place, place).href
            const here = new URL(place).origin === new URL(url).origin
            if (!here) throw new Failure('malformed_response', 'a Location elsewhere')
            const requirement = requirementOf(answer)
            if (requirement?.value === 'interaction') await interact(requirement.parameters, url)
            if (requirement?.value === 'auth-token') await authorize?.(requirement.parameters['resource-token'])
            if (requirement?.value === 'clarification') {
                const { clarification } = await answer.json()
                if (clarification !== question) await respond(place, ask)
                question = clarification
            }
        }
        if (answer.status === 429) slower += 5
        const after = answer.headers.get('Retry-After') ?? ''
        await sleep((/^\d{1,6}$/.test(after) ? Number(after) : 5) + slower)
        answer = await ask(place, {})
    }
    return answer
}

/** Brings the person to a page of a server: by way of the person server when it can (AAuth 7.6), or directly. */
async function interact({ url, code }, server) {
    const page = `${url}?code=${code}`
    if (seen.has(page)) return
    seen.add(page)
    if (new URL(server).origin !== agent.person_server && await relayed(url, code)) return
    interactions.push(page)
    if (person.interaction_url === undefined) return
    await fetch(person.interaction_url, post({ url: page }))
}

async function relayed(url, code) {
    const endpoint = agent.person_server && (await personServer()).interaction_endpoint
    if (!endpoint) return false
    const answer = await send(endpoint, post({ type: 'interaction', url, code }), await ownToken())
    const { error } = answer.ok ? {} : await answer.json().catch(() => ({}))
    if (error === 'user_unreachable') throw new Failure(error, 'there is no way to the person')
    return answer.ok
}

async function respond(place, ask) {
    if (person.clarification === undefined) {
        await ask(place, { method: 'DELETE' })
        throw new Failure('clarification_required', 'the server asks what this agent cannot answer')
    }
    await ask(place, post({ action: 'clarification_response', clarification_response: person.clarification }))
}

/** The agent token, renewed in its last minutes where its provider does that. */
async function ownToken() {
    const left = decode(agent.agent_token).claims.exp - now()
    if (left < 300 && agent.refresh_url !== undefined) {
        const answer = await fetch(agent.refresh_url, post({ identifier: agent.identifier }))
        if (answer.ok) agent.agent_token = (await answer.json()).agent_token
    } else if (left <= 0) throw new Failure('expired_agent_token', 'the agent token has expired')
    return agent.agent_token
}

/** What requests for tokens say by themselves, as far as AAuth 7.2.1 allows it. */
const allowed = {
    prompt: text => text.split(' ').every(word => ['none', 'login', 'consent', 'select_account'].includes(word)),
    platform: text => ['web', 'mobile', 'desktop', 'workload', 'self-hosted'].includes(text),
    device: text => [...text].length <= 64 && !/\p{Cc}/u.test(text),
}
const members = Object.entries(scenario.token_request ?? {})
const wishes = Object.fromEntries(members.filter(([name, text]) => allowed[name]?.(text) ?? true))

/** A token from an endpoint of the person server (AAuth 7.1, 7.2), by the name that it has in the answer. */
async function fromPersonServer(endpoint, name, parameters) {
    if (!agent.person_server) throw new Failure('no_person_server', 'there is nobody to get this agent a token')
    const url = (await personServer())[endpoint]
    if (!url) throw new Failure('no_endpoint', `the person server has no ${endpoint}`)
    const capabilities = agent.capabilities?.length > 0 ? { capabilities: agent.capabilities } : {}
    const ask = async (place, request) => send(place, request, await ownToken())
    const answer = await settled(url, await ask(url, post({ ...wishes, ...capabilities, ...parameters })), ask)
    const given = await answer.json().catch(() => ({}))
    if (answer.status === 200 && typeof given[name] === 'string') return given[name]
    const said = `the person server answers ${answer.status}: ${given.detail ?? ''}`
    throw new Failure(given.error ?? 'person_server_error', said)
}

/** Ends in a Failure unless each claim is what it has to be. */
function expect(code, claims, wanted) {
    const odd = Object.keys(wanted).find(name => claims[name] !== wanted[name])
    if (odd) throw new Failure(code, `${odd} is ${claims[odd]}, not ${wanted[odd]}`)
}

async function checked(code, token, type, wanted) {
    const { claims } = await verified(token, [type]).catch(error => { throw new Failure(code, error.message) })
    expect(code, claims, wanted)
    if (type === 'aa-resource+jwt') return claims
    const bound = claims.cnf?.jwk && await httpsig.calculateThumbprint(claims.cnf.jwk)
    if (bound !== thumbprint) throw new Failure(code, 'the token is bound to another key')
    return claims
}

async function personToken(resource) {
    const token = await fromPersonServer('person_token_endpoint', 'person_token', { resource })
    await checked('invalid_person_token', token, 'aa-person+jwt', { iss: agent.person_server, aud: resource })
    return token
}

/** The auth token for a challenge that answered `presented` (AAuth 6.7.3, 9.4.4). */
async function authToken(resource, challenge, presented) {
    const { header, claims } = decode(presented)
    const jti = scenario.draft === '11' || header.typ === 'aa-person+jwt' ? { presented_jti: claims.jti } : {}
    const asked = await checked('invalid_resource_token', challenge, 'aa-resource+jwt', {
        iss: resource, agent_jkt: thumbprint, ps: agent.person_server, sub: claims.sub, ...jti,
    })
    const token = await fromPersonServer('auth_token_endpoint', 'auth_token', {
        resource_token: challenge,
        ...(scenario.draft === '11' ? { presented_token: presented } : {}),
        ...('login_hint' in asked ? { login_hint: asked.login_hint } : {}),
    })
    await checked('invalid_auth_token', token, 'aa-auth+jwt', { iss: asked.aud, aud: resource, sub: claims.sub })
    return token
}

const tokens = new Map()    // by resource
const sessions = new Map()  // likewise
const token68 = /^[A-Za-z0-9._~+/-]+=*$/  // one, and no list of them

/** One request at a resource, with what it asks for on the way (AAuth 6). */
async function request({ method, url, headers: given = {}, body }) {
    const resource = new URL(url).origin
    const about = await metadata(resource, 'aauth-resource.json').catch(() => ({}))
    const asked = new Set(), held = new Set()
    const wantsPerson = ['person-token', 'auth-token'].includes(about.access_mode) && !tokens.has(resource)
    if (wantsPerson) tokens.set(resource, await personToken(resource))
    for (;;) {
        const headers = new Headers(given)
        const also = [...(about.additional_signature_components ?? [])]
        if (agent.capabilities?.length > 0) {
            const list = agent.capabilities.map(name => [new httpsig.Token(name), new Map()])
            headers.set('AAuth-Capabilities', httpsig.serializeList(list))
        }
        if (sessions.has(resource)) {
            headers.set('Authorization', `AAuth ${sessions.get(resource)}`)
            also.push('authorization')
        }
        const token = tokens.get(resource) ?? await ownToken()
        const presented = () => tokens.get(resource) ?? token
        const answer = await settled(url, await send(url, { method, headers, body }, token, also),
            (place, more) => send(place, more, presented()), async challenge => {
                if (held.has(challenge)) return
                held.add(challenge)
                tokens.set(resource, await authToken(resource, challenge, presented()))
            })
        const session = answer.headers.get('AAuth-Access')
        if (session !== null && token68.test(session)) sessions.set(resource, session)
        const refusal = answer.status === 401 && field(answer, 'Signature-Error', httpsig.parseSignatureError)?.error
        if (['expired_jwt', 'revoked_jwt'].includes(refusal) && tokens.has(resource) && !asked.has(refusal)) {
            asked.add(refusal).delete('auth-token')
            tokens.set(resource, await personToken(resource))
            continue
        }
        const requirement = answer.status === 401 ? requirementOf(answer) : undefined
        if (!requirement || asked.has(requirement.value)) return answer
        asked.add(requirement.value)
        if (requirement.value === 'agent-token') tokens.delete(resource)
        else if (requirement.value === 'person-token') tokens.set(resource, await personToken(resource))
        else if (requirement.value === 'auth-token') {
            try {
                tokens.set(resource, await authToken(resource, requirement.parameters['resource-token'], token))
            } catch (error) {
                if (error.code !== 'expired_resource_token' || asked.has(error.code)) throw error
                asked.add(error.code).delete('auth-token')  // the resource is asked for a fresh one
            }
        } else throw new Failure('unsupported_requirement', `the resource requires ${requirement.value}`)
    }
}

async function result(step) {
    try {
        const answer = await request(step)
        return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() }
    } catch (error) {
        return { error: { code: String(error.code ?? 'failed'), message: String(error.cause ?? error.message) } }
    }
}

if (scenario.format !== 1 || scenario.steps.some(step => step.do !== 'request' || step.as)) process.exit(127)
const results = []
for (const step of scenario.steps) results.push(await result(step))
process.stdout.write(JSON.stringify({ format: 1, results, interactions }) + '\n')
