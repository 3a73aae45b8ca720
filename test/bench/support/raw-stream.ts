/** As many bytes as a libp2p stream carries, with its own back-pressure and nothing of ours. */
import type { Stream } from '@libp2p/interface'

export const RAW_GIVE = '/bench/give/1'
export const RAW_TAKE = '/bench/take/1'
const SLICE = new Uint8Array(65_536).fill(7)

export async function giveRaw(stream: Stream, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= SLICE.length) {
    if (!stream.send(SLICE.subarray(0, Math.min(left, SLICE.length)))) await stream.onDrain()
  }
  await stream.close()
}

/** Resolves with the number of bytes when the other side has ended its half. */
export function takeRaw(stream: Stream): Promise<number> {
  return new Promise((resolve) => {
    let bytes = 0
    stream.addEventListener('message', ({ data }) => {
      bytes += data.byteLength
    })
    stream.addEventListener('remoteCloseWrite', () => resolve(bytes), { once: true })
  })
}
