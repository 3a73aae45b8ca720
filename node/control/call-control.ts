/** The other side of the control channel: one call to the node of a data folder. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { abortError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { LINE_BYTES_MAX } from './control-limits.ts'
import { parseAnswer, requestLine } from './control-messages.ts'
import { checkControlPath, controlPath } from './control-path.ts'
import { readLines } from './line-reader.ts'

export interface ControlCallOptions {
  readonly signal?: AbortSignal
  /** Called for each event, in order; the next one waits for it. */
  readonly onEvent?: (event: unknown) => void | Promise<void>
}

/** A connection has one call, so any id will do. */
const ID = 1

/**
 * @param params plain JSON, with amounts as decimal strings
 * @returns the result as the node's method gave it: plain JSON
 * @throws MeshError NODE_NOT_RUNNING where nobody answers or the node ends before it has; CANCELLED when `signal` aborts;
 * otherwise what the node threw, with its facts
 * @example const status = await callControl(settings.dataFolder, 'status', {}, { signal })
 */
export async function callControl(
  dataFolder: string,
  method: string,
  params: unknown,
  { signal, onEvent }: ControlCallOptions = {},
): Promise<unknown> {
  throwIfAborted(signal)
  const request = Buffer.from(requestLine({ kind: 'call', id: ID, method, params }))
  if (request.length > LINE_BYTES_MAX) {
    throw new MeshError('INPUT_TOO_LARGE', { given: request.length, max: LINE_BYTES_MAX })
  }
  const socket = await knock(dataFolder, signal)
  const cancel = (): void => {
    // The end of the connection says the same to a node that reads no more requests.
    socket.write(requestLine({ kind: 'cancel', id: ID }))
    socket.destroy()
  }
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    socket.write(request)
    for await (const { text } of readLines(socket)) {
      const answer = parseAnswer(text)
      if (answer.kind === 'result') return answer.result
      if (answer.kind === 'error') throw answer.error
      await onEvent?.(answer.event)
    }
    throw notRunning(dataFolder)
  } catch (error) {
    if (signal?.aborted) throw abortError(signal)
    throw isSocketError(error) ? notRunning(dataFolder, error) : error
  } finally {
    signal?.removeEventListener('abort', cancel)
    socket.destroy()
  }
}

async function knock(dataFolder: string, signal: AbortSignal | undefined): Promise<Socket> {
  let socket: Socket | undefined
  try {
    const place = controlPath(dataFolder)
    checkControlPath(place, dataFolder)
    socket = connect(place.path)
    await once(socket, 'connect', signal === undefined ? {} : { signal })
    // What fails later is seen by whoever reads.
    socket.on('error', () => {})
    return socket
  } catch (error) {
    socket?.on('error', () => {}).destroy()
    if (signal?.aborted) throw abortError(signal)
    if (error instanceof MeshError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EPERM') throw notRunning(dataFolder, error)
    throw new MeshError('DATA_FOLDER_READ_ONLY', { path: dataFolder, why: 'its node belongs to another user' }, error)
  }
}

const notRunning = (path: string, cause?: unknown): MeshError => new MeshError('NODE_NOT_RUNNING', { path }, cause)

/** Of node:net and of its streams; what `onEvent` threw is none. */
const isSocketError = (error: unknown): boolean => {
  const { code, syscall } = error as NodeJS.ErrnoException
  return syscall !== undefined || code === 'ERR_STREAM_PREMATURE_CLOSE'
}
