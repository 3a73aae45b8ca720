/** A client of the mesh on a virtual network: the real client, its books in memory. */

import type { ClientEvent } from '../../../node/client/client-needs.ts'
import type { LesseeJournal } from '../../../node/client/leasing/lessee-journal.ts'
import { MeshClient } from '../../../node/client/mesh-client.ts'
import type { MinerWatch } from '../../../node/client/miner-watch.ts'
import { type ClientJournal, memoryJournal } from '../../../node/client/paying/client-journal.ts'
import { type Purse, purse } from '../../../node/client/paying/purse.ts'
import type { Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import type { Draw } from '../../../protocols/kernel/draw.ts'
import { type Address, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import { leafHasherHere } from '../../../protocols/statements/leaf-hasher-here.ts'
import type { VirtualNode, VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { type LateHead, virtualChain } from './virtual-chain.ts'
import { marketDomain, NETWORK, REGION } from './virtual-market.ts'

export interface VirtualClient {
  readonly client: MeshClient
  readonly node: VirtualNode
  readonly payer: Address
  readonly journal: ClientJournal
  readonly events: readonly ClientEvent[]
  /** Client and node. */
  stop(): Promise<void>
}

/** A light peer: it only dials, and its session key is its payer. */
export const virtualClient = (
  world: VirtualWorld,
  session: Secp256k1Signer,
  priceMax: Credits,
  head?: LateHead,
): VirtualClient => virtualClientWith(world, purse(marketDomain, ZERO_ADDRESS, session), priceMax, head)

export function virtualClientWith(
  world: VirtualWorld,
  keys: Purse,
  priceMax: Credits,
  late?: LateHead,
  kept: {
    readonly journal?: ClientJournal
    readonly lessee?: LesseeJournal
    readonly watch?: MinerWatch
    readonly draw?: Draw
  } = {},
): VirtualClient {
  const node = world.node({ listens: false, networkId: NETWORK })
  const { network, clock, random } = node
  const chain = virtualChain(clock)
  const { journal = memoryJournal(), lessee, watch, draw } = kept
  const events: ClientEvent[] = []
  const client = new MeshClient({
    network,
    domain: marketDomain,
    clock,
    random,
    leaves: leafHasherHere(marketDomain.crypto, clock),
    journal,
    ...(lessee === undefined ? {} : { lessee }),
    ...(watch === undefined ? {} : { watch }),
    ...(draw === undefined ? {} : { draw }),
    purse: keys,
    region: REGION,
    head: late?.head ?? chain.now,
    ...(late === undefined ? {} : { headAgain: late.headAgain }),
    priceMax,
    standingOf: chain.standingOf,
    onEvent: (event) => events.push(event),
  })
  return {
    client,
    node,
    payer: keys.payer,
    journal,
    events,
    async stop() {
      await client[Symbol.asyncDispose]()
      await node[Symbol.asyncDispose]()
    },
  }
}
