/** What NAT this machine is behind: looked at when somebody wants to know, by the servers that the settings name. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Clock, Random } from '../../../protocols/kernel/ports.ts'
import type { StunEndpoint } from '../../../protocols/stun/stun-message.ts'
import { ipBytes } from './ip-bytes.ts'
import { lookAtNat, type NatLook, STUN_SERVERS_MAX } from './look-at-nat.ts'

/** The port that is set aside for STUN. */
const PORT = 3_478
const PORT_MAX = 65_535
/** A home's router does not change what it is; a laptop is carried from one to another. */
const FRESH_MS = 60_000

export interface NatWatchNeeds {
  readonly clock: Clock
  readonly random: Random
  /** Names or addresses, with `:port` where it is another than 3478. */
  readonly servers: readonly string[]
}

export interface NatReport extends NatLook {
  readonly asked: number
}

export class NatWatch {
  readonly #needs: NatWatchNeeds
  #last: { readonly report: NatReport; readonly atMs: number } | undefined

  constructor(needs: NatWatchNeeds) {
    this.#needs = needs
  }

  /**
   * Takes half a second to seven: what does not come in has to be waited for. `undefined` where no server is named.
   * @throws the signal's reason; NodeJS.ErrnoException where this machine opens no socket
   */
  async look(signal?: AbortSignal): Promise<NatReport | undefined> {
    const { clock, random, servers } = this.#needs
    if (servers.length === 0) return undefined
    if (this.#last !== undefined && clock.monotonicMs() - this.#last.atMs < FRESH_MS) return this.#last.report
    const asked = servers.slice(0, STUN_SERVERS_MAX)
    const found = await Promise.all(asked.map((server) => endpointOf(server, signal)))
    const endpoints = found.filter((endpoint) => endpoint !== undefined)
    const look = await lookAtNat(endpoints, { clock, random, ...(signal === undefined ? {} : { signal }) })
    const report = { ...look, asked: asked.length }
    this.#last = { report, atMs: clock.monotonicMs() }
    return report
  }
}

/** Of IPv4: that is where NATs are. `undefined` where the name is nobody's. */
async function endpointOf(server: string, signal: AbortSignal | undefined): Promise<StunEndpoint | undefined> {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(server) ?? []
  const name = bracketed ?? plain ?? ''
  const port = digits === undefined ? PORT : Number(digits)
  if (port < 1 || port > PORT_MAX || isIP(name) === 6) return undefined
  const address = isIP(name) === 4 ? name : await resolved(name, signal)
  return address === undefined ? undefined : { ip: ipBytes(address)!, port }
}

async function resolved(name: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return (await abortable(lookup(name, { family: 4 }), signal)).address
  } catch {
    throwIfAborted(signal)
    return undefined
  }
}
