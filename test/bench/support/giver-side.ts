/** A peer that gives one file as a content, without the pace that `uploadMax` sets. Argument: its path. */
import { ContentStore } from '../../../node/content/content-store.ts'
import { hashFile } from '../../../node/content/hash-file.ts'
import { Shelf } from '../../../node/content/shelf.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { createMeshNetwork } from '../../../node/network-node/create-mesh-network.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { type Hash32, networkId } from '../../../protocols/kernel/ids.ts'
import { modelDigest } from '../../../protocols/kernel/model-id.ts'
import { answerContent } from '../../../protocols/wire/content/content-handler.ts'
import { contentProtocol } from '../../../protocols/wire/content/content-protocol.ts'
import { serveParent } from './child.ts'

const path = process.argv[2]!
const hasher = await createCrypto()
const network = await createMeshNetwork(
  { networkId: networkId('local'), key: { kind: 'ephemeral' }, clock: systemClock, random: systemRandom, hasher },
  { listen: ['/ip4/127.0.0.1/tcp/0'] },
)
const { id } = await hashFile(hasher, path)
const store = new ContentStore(`${path}.none`, { clock: systemClock, hasher, spaceMax: 1 })
const shelf = new Shelf({ hasher, store })
shelf.lend(id, path)
// Its list is made now, not within the first fetch that is measured.
;(await shelf.hold(toHex(modelDigest(id)!) as Hash32, new AbortController().signal))?.[Symbol.dispose]()
network.serve(
  contentProtocol,
  answerContent(shelf, async () => undefined),
)
serveParent({ id, peer: network.self, addresses: network.addresses() }, async () => network[Symbol.asyncDispose]())
