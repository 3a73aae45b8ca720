/** STUN beside a door: those who come tell from it what NAT they are behind. */
import { isIPv4 } from 'node:net'
import { isPrivate } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import type { Settings } from '../../node/config/settings.ts'
import { StunServer } from '../../node/network-node/stun/stun-server.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'

export interface Stun extends AsyncDisposable {
  /** As it stands in `stunServers`: of a machine one address, for servers are told apart by theirs. */
  readonly name: string
}

/**
 * On the UDP port of the same number as the door's TCP port. `undefined` where the door listens on no IPv4 address: that is where NATs are.
 * @param addresses of the door, as others are told of them
 * @throws MeshError PORT_IN_USE
 */
export async function startStun(
  { listen, port }: Pick<Settings, 'listen' | 'port'>,
  addresses: readonly string[],
): Promise<Stun | undefined> {
  const ip = listen.find((each) => isIPv4(each))
  const host = hostOf(addresses)
  if (ip === undefined || host === undefined) return undefined
  const server = await StunServer.start({ clock: systemClock, ip, port }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new MeshError(
      'PORT_IN_USE',
      { port, address: `${ip} (UDP)`, otherwise: 'leave STUN out with --no-stun' },
      error,
    )
  })
  return { name: `${host}:${server.port}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Of several the one that most can reach. */
function hostOf(addresses: readonly string[]): string | undefined {
  const hosts = addresses
    .map((text) => multiaddr(text))
    .filter((address) => NAMED.has(address.getComponents()[0]!.name))
  return (hosts.find((address) => !isPrivate(address)) ?? hosts[0])?.getComponents()[0]?.value
}

const NAMED: ReadonlySet<string> = new Set(['ip4', 'dns4', 'dns'])
