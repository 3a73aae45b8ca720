/** A thread that hashes stretches of content where they lie, in memory that it shares with the node. */
import { parentPort, workerData } from 'node:worker_threads'
import { asMeshError } from '../../protocols/kernel/errors.ts'
import { leafDigests, type Stretch } from '../../protocols/statements/content-root.ts'
import { STRETCH_BYTES } from '../../protocols/statements/growing-content.ts'
import { createKeccakPort } from '../network/keccak.ts'

export interface HashRequest {
  readonly slot: number
  readonly bytes: number
  readonly stretch: Stretch
}

export type HashReply =
  | { readonly slot: number; readonly digests: Uint8Array }
  | { readonly slot: number; readonly failure: string }

async function serve(port: NonNullable<typeof parentPort>, memory: SharedArrayBuffer): Promise<void> {
  const crypto = await createKeccakPort()
  port.on('message', ({ slot, bytes, stretch }: HashRequest) => {
    let reply: HashReply
    try {
      reply = { slot, digests: leafDigests(crypto, stretch, new Uint8Array(memory, slot * STRETCH_BYTES, bytes)) }
    } catch (error) {
      reply = { slot, failure: asMeshError(error).message }
    }
    port.postMessage(reply)
  })
}

if (parentPort !== null) await serve(parentPort, workerData as SharedArrayBuffer)
