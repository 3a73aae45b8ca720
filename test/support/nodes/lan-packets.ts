/** Multicast DNS answers as a machine in the LAN would send them, true and false ones. */
import { once } from 'node:events'
import multicastDns from 'multicast-dns'
import { lanServiceName } from '../../../node/network-node/lan-service.ts'

export interface LanPackets extends AsyncDisposable {
  answer(tag: string, addresses: readonly string[]): Promise<void>
}

/** On its own port: others on this machine have nothing to do with it. */
export async function lanPackets(port: number): Promise<LanPackets> {
  const socket = multicastDns({ port })
  await once(socket, 'networkInterface')
  let number = 0
  return {
    answer(tag, addresses) {
      const name = lanServiceName(tag)
      const instance = `false${number++}.${name}`
      const texts = addresses.map((it) => ({ name: instance, type: 'TXT' as const, data: `dnsaddr=${it}` }))
      return new Promise<void>((resolve, reject) => {
        const sent = (error: Error | null): void => (error === null || error === undefined ? resolve() : reject(error))
        socket.respond({ answers: [{ name, type: 'PTR', data: instance }, ...texts] }, sent as () => void)
      })
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.destroy(() => resolve())),
  }
}

/** Whether multicast reaches this machine's other programs here, as it does nearly everywhere. */
export async function hasMulticast(port: number): Promise<boolean> {
  const [from, to] = [multicastDns({ port }), multicastDns({ port })]
  try {
    await Promise.all([once(from, 'networkInterface'), once(to, 'networkInterface')])
    const heard = new Promise<boolean>((resolve) => to.once('query', () => resolve(true)))
    from.query('multicast.local')
    return await Promise.race([heard, new Promise<boolean>((resolve) => setTimeout(resolve, 5_000, false))])
  } finally {
    for (const socket of [from, to]) socket.destroy()
  }
}
