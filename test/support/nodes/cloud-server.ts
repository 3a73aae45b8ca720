/** An endpoint of a cloud that does what a test says, and keeps what it was asked. It speaks HTTP alone: it imports nothing of the node. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CloudRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type CloudHandler = (request: CloudRequest, response: ServerResponse) => void

export interface CloudServer extends AsyncDisposable {
  readonly url: string
  /** In the order of their coming. */
  readonly requests: readonly CloudRequest[]
  /** What is done from now on. */
  handle(handler: CloudHandler): void
}

export async function cloudServer(first: CloudHandler): Promise<CloudServer> {
  let handler = first
  const requests: CloudRequest[] = []
  const server = createServer(async (request, response) => {
    response.on('error', () => {})
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return
    }
    const { method = '', url = '', headers } = request
    const asked = { method, path: url, headers, body: Buffer.concat(chunks) }
    requests.push(asked)
    handler(asked, response)
  })
  server.keepAliveTimeout = 1_000
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    handle: (next) => {
      handler = next
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

export function sendJson(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}

export const sendText = (response: ServerResponse, text: string): unknown =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(text)

/** Doubles the floats of its one input, as a model `twice` would; JSON alone. */
export const twice: CloudHandler = ({ path, body }, response) => {
  if (path === '/v2') return sendJson(response, { name: 'test', version: '1', extensions: [] })
  const { inputs } = JSON.parse(body.toString()) as { inputs: [{ shape: number[]; data: number[] }] }
  const [{ shape, data }] = inputs
  const outputs = [{ name: 'y', datatype: 'FP32', shape, data: data.map((value) => value * 2) }]
  sendJson(response, { model_name: 'twice', model_version: '1', outputs })
}
