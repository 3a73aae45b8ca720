/** `aitbc bootstrap`: a door, its network file, and the log, until it is told to stop. */
import { basename } from 'node:path'
import type { CommandContext } from '../../node/cli/frame/command.ts'
import { Ended } from '../../node/cli/node/ended.ts'
import { logWriter } from '../../node/cli/node/log-writer.ts'
import { searchesLan } from '../../node/config/searches-lan.ts'
import { EventBus } from '../../node/events/event-bus.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import { writeNetworkFile } from '../localnet/write-network-file.ts'
import { startDoor } from './start-door.ts'
import { startStun } from './start-stun.ts'

interface DoorOptions {
  readonly networkOut: string | undefined
  readonly noStun: boolean
}

type Context = CommandContext<unknown, DoorOptions>

export async function runDoor({ config, options, out, signal }: Context): Promise<number> {
  const { settings, network, networkPath } = await config()
  using bus = new EventBus(systemClock, logWriter(settings, out))
  using ended = new Ended(signal)
  await using door = await startDoor({
    network,
    folder: settings.dataFolder,
    listen: settings.listen.map((ip) => `${ip.includes(':') ? '/ip6/' : '/ip4/'}${ip}/tcp/${settings.port}`),
    ...(settings.announce.length > 0 ? { announce: settings.announce } : {}),
    isInLan: searchesLan(settings, network),
    report: (error, peer) => bus.emit({ kind: 'peer:trouble', error, ...(peer === undefined ? {} : { peer }) }),
  })
  const { peer, addresses } = door
  await using stun = options.noStun ? undefined : await startStun(settings, addresses)
  const networkFile = options.networkOut
  if (networkFile !== undefined) {
    const more = stun === undefined ? {} : { settings: { ...network.settings, stunServers: [stun.name] } }
    writeNetworkFile(networkFile, basename(networkPath, '.json'), [{ peer, addresses }], more)
  }
  await out.print({ peer, addresses, stun: stun?.name, networkFile }, () =>
    [
      `The bootstrap peer of ${network.networkId} is up.`,
      ...addresses,
      ...(stun === undefined ? [] : [`STUN: ${stun.name} (UDP)`]),
      ...(networkFile === undefined ? [] : [`Network file: ${networkFile}`]),
      'Ctrl-C stops it.',
    ].join('\n'),
  )
  await ended.promise
  return EXIT.done
}
