/** With whom a client stays connected for the jobs that follow: with nobody where the line is paid by what goes over it. */
import { isMetered } from '../../care/surroundings/metered.ts'
import type { Standby } from '../../client/choosing/standby-connections.ts'
import type { Settings } from '../../config/settings.ts'
import type { Machine } from '../../gpu/machine.ts'
import { SystemMachine } from '../../gpu/system-machine.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import type { Foundation } from '../foundation.ts'

/** The system's word holds so long: asking it starts a program. */
const ASKED_MS = 30_000

interface StandbyBase extends Pick<Foundation, 'clock' | 'bus'> {
  readonly settings: Pick<Settings, 'standbyMiners'>
}

export function standbyOf(
  { clock, settings, bus }: StandbyBase,
  mesh: Pick<Libp2pNetwork, 'release'>,
  machine: Machine = new SystemMachine(clock),
): Standby {
  let said: { readonly isFree: boolean; readonly atMs: number } | undefined
  return {
    miners: settings.standbyMiners,
    mayKeep: async (signal) => {
      if (said === undefined || clock.monotonicMs() - said.atMs >= ASKED_MS) {
        const isFree = (await isMetered(machine, signal)) !== true
        said = { isFree, atMs: clock.monotonicMs() }
      }
      return said.isFree
    },
    release: (peer) => mesh.release(peer),
    onFailure: bus.trouble('keeping connections ready'),
  }
}
