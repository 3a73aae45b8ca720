/** The bytes of a body as its sender packed them, and as they are meant. */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import { MeshError } from '../../protocols/kernel/errors.ts'

/** As HTTP names them: `deflate` is the format of zlib. */
const unpackers = { gzip: createGunzip, deflate: createInflate } as const

type Encoding = keyof typeof unpackers

const isEncoding = (text: string): text is Encoding => Object.hasOwn(unpackers, text)

/** `undefined` for a body that is not packed. @throws MeshError HTTP_MEDIA_TYPE */
export function encodingOf({ 'content-encoding': given }: IncomingMessage['headers']): Encoding | undefined {
  if (given === undefined || given === 'identity') return undefined
  if (isEncoding(given)) return given
  throw new MeshError('HTTP_MEDIA_TYPE', { given: `the content encoding ${given}` })
}

/**
 * Unpacks at the pace of its reader: what a few bytes may grow to is for the reader to bound. It ends nobody: a request that is
 * refused in the middle still carries an answer.
 */
export function unpacked(request: IncomingMessage, encoding: Encoding): Readable {
  const unpacking = unpackers[encoding]()
  request.pipe(unpacking)
  request.once('close', () => {
    if (!request.complete) unpacking.destroy()
  })
  return unpacking
}
