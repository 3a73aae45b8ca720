/** The least server of one file: node:http and a stream. Argument: its path. */
import { once } from 'node:events'
import { createReadStream, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { serveParent } from './child.ts'

const path = process.argv[2]!
const server = createServer((_, response) => {
  response.setHeader('content-length', statSync(path).size)
  pipeline(createReadStream(path, { highWaterMark: 1_048_576 }), response, () => undefined)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
serveParent({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }, async () => {
  server.closeAllConnections()
  server.close()
})
