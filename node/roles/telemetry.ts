/** Where traces of jobs go, if anywhere. */
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import { programVersion } from '../version.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'

/** Started before what makes spans, so that it stops after it. */
export async function startTelemetry(parts: Parts, base: Foundation, mesh: Libp2pNetwork): Promise<void> {
  const { settings, network, clock, bus } = base
  const { otlpEndpoint: endpoint } = settings
  if (endpoint === undefined) return
  const { SpanExporter } = await import('../telemetry/span-exporter.ts')
  const source = () => ({ version: programVersion(), network: network.networkId, peer: mesh.self })
  await parts.start('traces', () => new SpanExporter({ endpoint, source, clock, bus }))
}
