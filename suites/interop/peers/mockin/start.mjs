// Starts the package's server under the name that a pairing gives it. Outside of pairings the name is left open.
const { NAME } = process.env
process.env.ISSUER = NAME.startsWith('https://') ? NAME : 'https://ps.test'
await import('../../../../build/peers/mockin/node_modules/@hellocoop/mockin/src/server.js')
