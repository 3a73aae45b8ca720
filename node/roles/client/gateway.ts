/** The gateway of a node with the client role: its keys and their budgets, and what it looks at to say how the node stands. */
import type { ErrorCode } from '../../../protocols/kernel/errors.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { MeshClient } from '../../client/mesh-client.ts'
import { apiKeyPath, readOrMakeApiKey } from '../../gateway/api-key.ts'
import { DayBudgets } from '../../gateway/day-budgets.ts'
import { KeyRing } from '../../gateway/key-ring.ts'
import { SpentFile } from '../../gateway/spent-file.ts'
import type { Gateway } from '../../gateway/start-gateway.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

/** @throws MeshError KEY_FILE, DATA_FOLDER_DAMAGED, DISK_FULL, PORT_IN_USE, CANCELLED */
export async function startNodeGateway(
  parts: Parts,
  base: Foundation,
  client: MeshClient,
  port: number,
  metrics: () => string,
  { gatewayWithoutKey = false }: { readonly gatewayWithoutKey?: boolean },
): Promise<Gateway> {
  const { settings, clock, random, bus, folder, journal, head } = base
  const mainKey = gatewayWithoutKey ? undefined : readOrMakeApiKey(apiKeyPath(folder.path), random)
  const keys = new KeyRing({
    dataFolder: folder.path,
    clock,
    mainKey,
    budget: settings.gatewayBudget as Credits,
    onFault: bus.trouble('reading the keys of the gateway'),
  })
  const budgets = await parts.start(
    'budgets of keys',
    () => new DayBudgets({ clock, file: new SpentFile(folder.file('spent')) }),
  )
  // Loaded only where it was asked for.
  const { startGateway } = await import('../../gateway/start-gateway.ts')
  const needs = {
    client,
    keys,
    budgets,
    priceMax: settings.priceMax as Credits,
    clock,
    head: () => head.head,
    signingStopped: () => journal.stopped,
    space: () => folder.reserve.space,
    metrics,
    bodyBytesMax: settings.inputMemoryMax,
    onFailed: (reason: ErrorCode) => bus.emit({ kind: 'gateway:failed', reason }),
    onBug: bus.trouble('answering a request to the gateway'),
  }
  return parts.start('gateway', (signal) => startGateway(needs, { port }, signal))
}
