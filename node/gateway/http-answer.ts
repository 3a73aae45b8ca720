/** What goes back: JSON, text, or an error in the form of the Open Inference Protocol. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { project } from '../../protocols/kernel/error-projections.ts'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { LINGER_MS_MAX } from './gateway-limits.ts'

/** Names the error for programs: the text of the body is for people. */
export const ERROR_HEADER = 'x-mesh-error'

/** How many of the first bytes are JSON, of a request and of an answer. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length'

export function answerJson(response: ServerResponse, status: number, value: object): void {
  answerText(response, status, 'application/json', `${JSON.stringify(value)}\n`)
}

export function answerText(response: ServerResponse, status: number, type: string, text: string): void {
  const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' }
  response.writeHead(status, headers).end(text)
}

/** Where a part of the answer is out already the connection breaks off: a whole answer ends otherwise. */
export function answerError(response: ServerResponse, error: MeshError, clock: Clock): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { req: request } = response
  if (!request.complete) {
    // Who asked before sending its body does not send it now; what comes on that connection then is no request.
    if (request.headers.expect !== undefined && !request.readableDidRead) response.shouldKeepAlive = false
    else throwAway(request, clock)
  }
  response.setHeader(ERROR_HEADER, error.code)
  if (error.code === 'API_KEY') response.setHeader('www-authenticate', 'Bearer')
  if (error.code === 'KEY_BUDGET') response.setHeader('retry-after', new Date(String(error.facts.until)).toUTCString())
  if (error.code === 'HTTP_METHOD') response.setHeader('allow', String(error.facts.allowed))
  answerJson(response, statusOf(error), errorBody(error))
}

/** A connection that is closed while it still brings something breaks, and its answer is lost on the way to a busy sender. */
function throwAway(request: IncomingMessage, clock: Clock): void {
  request.resume()
  const timer = clock.after(LINGER_MS_MAX, () => {
    if (!request.complete) request.socket.destroy()
  })
  request.once('close', () => timer.cancel())
}

export const errorBody = (error: MeshError): { readonly error: string } => ({
  error: `${error.message}. ${error.hint}`,
})

/** Whoever hung up hears nothing; a caller that hears of a cancelled job asked a node that stops. */
export const statusOf = ({ code }: MeshError): number => (code === 'CANCELLED' ? 503 : project(code).http)
