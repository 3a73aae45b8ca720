/** The engine behind a plain node:http server: no names, no evidence, no payment. Arguments: model path, engine threads. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { openModelFile } from '../../../node/models/open-model-file.ts'
import { serveParent } from './child.ts'

const [path, threads] = process.argv.slice(2)
const engine = await createOnnxEngine()
const limits = { memoryBytesMax: 2 ** 31, threads: Number(threads), outputBytesMax: 2 ** 29 }
const session = await engine.open(await openModelFile(path!), limits)
const [spec] = session.inputs

const server = createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const data = new Uint8Array(Buffer.concat(parts))
  const dims = [1, data.length / 4]
  const { outputs } = await session.run([{ name: spec!.name, type: 'float32', dims, byteLength: data.length, data }])
  const [output] = outputs
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': output!.data.length })
  response.end(output!.data)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
serveParent({ port: (server.address() as AddressInfo).port }, async () => {
  server.closeAllConnections()
  server.close()
  await engine[Symbol.asyncDispose]()
})
