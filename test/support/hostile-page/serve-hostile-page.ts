/** The server of a page that would like to spend, and one that takes whatever pages send: it shows that they do send it. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LoopbackServer extends AsyncDisposable {
  readonly port: number
}

const types: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', js: 'text/javascript' }

export const serveHostilePage = (): Promise<LoopbackServer> =>
  serve((request, response) => {
    const name = /^\/hostile-page\.(html|js)$/.exec(request.url ?? '')
    if (name === null) response.writeHead(404).end()
    else {
      response.setHeader('content-type', types[name[1]!]!)
      response.end(readFileSync(new URL(`.${name[0]}`, import.meta.url)))
    }
  })

export interface OpenServer extends LoopbackServer {
  /** `POST /path text/plain`, in the order in which they came; preflights are not among them. */
  readonly asked: readonly string[]
}

export async function serveEverybody(): Promise<OpenServer> {
  const asked: string[] = []
  const server = await serve((request, response) => {
    const { method, url, headers } = request
    request.resume()
    response.setHeader('access-control-allow-origin', headers.origin ?? '*')
    response.setHeader('access-control-allow-credentials', 'true')
    response.setHeader('access-control-allow-headers', 'content-type, authorization')
    if (method !== 'OPTIONS') asked.push(`${method} ${url} ${headers['content-type']?.split(';')[0] ?? ''}`.trimEnd())
    response.end('open to all')
  })
  return { ...server, asked }
}

async function serve(take: RequestListener): Promise<LoopbackServer> {
  const server = createServer(take)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
