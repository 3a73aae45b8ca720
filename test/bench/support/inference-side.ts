/**
 * The engine behind the least server that speaks the same JSON and the same bytes: no checks, no names, no evidence, no payment.
 * Arguments: path of a model that takes one float32 tensor and gives one, engine threads.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { openModelFile } from '../../../node/models/open-model-file.ts'
import { serveParent } from './child.ts'

interface Input {
  readonly name: string
  readonly shape: readonly number[]
  readonly data?: readonly number[]
}

const LENGTH = 'inference-header-content-length'
const [path, threads] = process.argv.slice(2)
const engine = await createOnnxEngine()
const limits = { memoryBytesMax: 2 ** 31, threads: Number(threads), outputBytesMax: 2 ** 29 }
const session = await engine.open(await openModelFile(path!), limits)

const server = createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts)
  const length = Number(request.headers[LENGTH] ?? body.length)
  const asked = JSON.parse(body.toString('utf8', 0, length)) as { readonly inputs: readonly [Input] }
  const [{ name, shape, data: numbers }] = asked.inputs
  const isBinary = numbers === undefined
  const data = isBinary
    ? new Uint8Array(body.buffer, body.byteOffset + length, body.length - length)
    : new Uint8Array(new Float32Array(numbers).buffer)
  const { outputs } = await session.run([{ name, type: 'float32', dims: shape, byteLength: data.length, data }])
  const [output] = outputs
  const head = { name: output!.name, datatype: 'FP32', shape: output!.dims }
  if (isBinary) {
    const json = Buffer.from(
      JSON.stringify({ outputs: [{ ...head, parameters: { binary_data_size: output!.data.length } }] }),
    )
    const headers = { 'content-type': 'application/octet-stream', [LENGTH]: json.length }
    response.writeHead(200, { ...headers, 'content-length': json.length + output!.data.length })
    response.write(json)
    response.end(output!.data)
  } else {
    const { buffer, byteOffset, byteLength } = output!.data
    const values = Array.from(new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength)))
    const json = Buffer.from(JSON.stringify({ outputs: [{ ...head, data: values }] }))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length }).end(json)
  }
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
serveParent({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, async () => {
  server.closeAllConnections()
  server.close()
  await engine[Symbol.asyncDispose]()
})
