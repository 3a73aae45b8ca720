import { type Connection, type Stream, TypedEventEmitter } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { openStream } from '../../../../node/network/peers/open-stream.ts'
import { systemClock } from '../../../../node/roles/system-clock.ts'
import { type PeerId, peerId } from '../../../../protocols/kernel/ids.ts'

const US = peerIdFromString('12D3KooWGzBPLmNHZRHhbCVSmV6TvkQNEVNUcoXyoWgKQEqzLLbW')
const PEER = peerId('12D3KooWDmRQYdLBDpFPsmPMYbY7vDmKbGGiuhkBqwNqCbKoBqBs') as PeerId

/** A peer that is dialled, and connections that come meanwhile. */
function dialling() {
  const events = new TypedEventEmitter()
  const dial = Promise.withResolvers<Stream>()
  const libp2p = Object.assign(events, {
    peerId: US,
    getConnections: () => [],
    dialProtocol: () => dial.promise,
  })
  const aborted: string[] = []
  const stream = (name: string) => ({ name, abort: () => void aborted.push(name) }) as unknown as Stream
  const finder = { find: async () => [] }
  const opened = openStream(
    { libp2p: libp2p as never, clock: systemClock, finder: finder as never, openMs: 10_000 },
    PEER,
    '/test/1',
    8,
  )
  // Whoever does not look at it has not left it unheard.
  opened.catch(() => undefined)
  const connection = (direction: Connection['direction']) => {
    const { promise, ...settle } = Promise.withResolvers<Stream>()
    let asked = 0
    const newStream = () => {
      asked++
      return promise
    }
    const detail = { remotePeer: peerIdFromString(PEER), direction, newStream }
    events.dispatchEvent(new CustomEvent('connection:open', { detail }))
    return { ...settle, asked: () => asked }
  }
  return { opened, dial, connection, stream, aborted }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('the connection that a dial itself makes is given one stream, by the dial', async () => {
  const { opened, dial, connection, stream } = dialling()
  const own = connection('outbound')
  await turn()
  expect(own.asked()).toBe(0)
  dial.resolve(stream('dialled'))
  expect(await opened).toMatchObject({ name: 'dialled' })
})

test('a connection that the peer opens meanwhile is used, also where the dial fails before its stream is there', async () => {
  const { opened, dial, connection, stream } = dialling()
  const theirs = connection('inbound')
  dial.reject(new Error('no address answers'))
  await turn()
  theirs.resolve(stream('arrived'))
  expect(await opened).toMatchObject({ name: 'arrived' })
})

test('a connection that goes again is no reason to give the dial up', async () => {
  const { opened, dial, connection, stream } = dialling()
  connection('inbound').reject(new Error('it was closed'))
  await turn()
  dial.resolve(stream('dialled'))
  expect(await opened).toMatchObject({ name: 'dialled' })
})

test('of two streams the later one is let go, and where there is none the dial says why', async () => {
  const both = dialling()
  both.connection('inbound').resolve(both.stream('arrived'))
  await both.opened
  both.dial.resolve(both.stream('dialled'))
  await turn()
  expect(both.aborted).toEqual(['dialled'])
  const none = dialling()
  none.connection('inbound').reject(new Error('it was closed'))
  none.dial.reject(new Error('no address answers'))
  await expect(none.opened).rejects.toMatchObject({ code: 'DIAL_FAILED', facts: { why: 'no address answers' } })
  const alone = dialling()
  alone.dial.reject(new Error('no address answers'))
  await expect(alone.opened).rejects.toMatchObject({ code: 'DIAL_FAILED' })
})
