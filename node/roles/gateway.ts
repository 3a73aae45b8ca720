/** The gateway of a node with the client role: its key, and what it looks at to say how the node stands. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { MeshClient } from '../client/mesh-client.ts'
import { apiKeyPath, readOrMakeApiKey } from '../gateway/api-key.ts'
import type { Gateway } from '../gateway/start-gateway.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'

/** @throws MeshError KEY_FILE, DISK_FULL, PORT_IN_USE, CANCELLED */
export async function startNodeGateway(
  parts: Parts,
  base: Foundation,
  client: MeshClient,
  port: number,
  { gatewayWithoutKey = false }: { readonly gatewayWithoutKey?: boolean },
): Promise<Gateway> {
  const { settings, clock, random, bus, folder, journal, head } = base
  const key = gatewayWithoutKey ? undefined : readOrMakeApiKey(apiKeyPath(folder.path), random)
  // Loaded only where it was asked for.
  const { startGateway } = await import('../gateway/start-gateway.ts')
  const needs = {
    client,
    clock,
    head: () => head.head,
    signingStopped: () => journal.stopped,
    space: () => folder.reserve.space,
    metrics: () => bus.metrics.text(),
    bodyBytesMax: settings.inputMemoryMax,
    onBug: (error: MeshError) => bus.emit({ kind: 'trouble', during: 'answering a request to the gateway', error }),
    ...(key === undefined ? {} : { key }),
  }
  return parts.start('gateway', (signal) => startGateway(needs, { port }, signal))
}
