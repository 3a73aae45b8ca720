/**
 * One peer that puts a thousand queries a second to a directory until it is killed, with no regard for what it is told.
 * Arguments: network, peer, addresses with commas between. Says `{atMs, asked, answered, refused}` once a second.
 */
import { peerId } from '../../../protocols/kernel/ids.ts'
import { askDirectory } from '../../../protocols/wire/directory/directory-protocol.ts'
import { meshNode } from '../nodes/mesh-nodes.ts'

const [network, peer, addresses] = process.argv.slice(2) as [string, string, string]
const A_TICK = 10
const TICK_MS = 10

const { network: mesh } = await meshNode({ network, listen: [] })
const directory = peerId(peer)
await mesh.connect(directory, addresses.split(','))
const told = { asked: 0, answered: 0, refused: 0 }
setInterval(() => {
  for (let i = 0; i < A_TICK; i++) {
    told.asked++
    askDirectory(mesh, directory, { offersMax: 256 }, {}).then(
      () => told.answered++,
      () => told.refused++,
    )
  }
}, TICK_MS)
setInterval(() => process.stdout.write(`${JSON.stringify({ atMs: performance.now(), ...told })}\n`), 1_000)
