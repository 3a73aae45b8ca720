/** A node in a process of its own that answers `echo` until its parent is gone: something that can be killed. */
import { meshNode } from '../nodes/mesh-nodes.ts'
import { bytesProtocol } from '../nodes/wire-protocols.ts'

const { network } = await meshNode()
network.serve(bytesProtocol('echo'), async function* (first, more) {
  yield first
  for await (const next of more) yield next
})
process.on('disconnect', () => process.exit())
process.send?.({ peer: network.self, addresses: network.addresses() })
