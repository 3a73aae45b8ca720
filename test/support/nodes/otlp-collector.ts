/** A collector of traces over HTTP, after the specification of OTLP: what reaches it is checked before it is kept. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonValue } from '@bufbuild/protobuf'
import type { OtlpSpan, OtlpTraces } from '../../../node/telemetry/otlp-json.ts'
import { checkOtlpTraces } from './otlp-schema.ts'

/** What it says instead of taking the spans; `undefined`: it takes them. */
export type CollectorMood = (response: ServerResponse, tries: number) => boolean | undefined

export class OtlpCollector implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly requests: OtlpTraces[] = []
  /** Whole bodies as text: what left the node. */
  readonly bodies: string[] = []
  /** In which a request was none. */
  readonly faults: string[] = []
  /** Requests that came, taken or not. */
  tries = 0
  /** True where it has answered. */
  mood: CollectorMood = () => undefined

  static async start(port = 0): Promise<OtlpCollector> {
    const collector = new OtlpCollector()
    collector.#server.listen(port, '127.0.0.1')
    await once(collector.#server, 'listening')
    return collector
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get spans(): readonly OtlpSpan[] {
    return this.requests.flatMap(({ resourceSpans }) => resourceSpans[0].scopeSpans[0].spans)
  }

  named(name: string): readonly OtlpSpan[] {
    return this.spans.filter((span) => span.name === name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    this.tries++
    if (this.mood(response, this.tries) === true) return
    const text = Buffer.concat(parts).toString('utf8')
    try {
      if (request.method !== 'POST' || request.url !== '/v1/traces') throw new Error(`${request.method} ${request.url}`)
      if (request.headers['content-type'] !== 'application/json') throw new Error('its content type is not JSON')
      const json = JSON.parse(text) as JsonValue
      checkOtlpTraces(json)
      this.bodies.push(text)
      this.requests.push(json as unknown as OtlpTraces)
      response.setHeader('content-type', 'application/json').end('{"partialSuccess":{}}')
    } catch (error) {
      this.faults.push((error as Error).message)
      response.writeHead(400).end()
    }
  }
}
