/** What neighbours say to each other about gossip, and how long it would be as gossipsub's protobuf. */

export interface GossipMessage {
  /** statements/message-id.ts, one character per byte. A neighbour cannot claim another one: the publisher's router computes it. */
  readonly id: string
  readonly topicId: string
  readonly data: Uint8Array
}

/** One of these at a time; gossipsub packs several into one, which saves heads and changes no order. */
export type GossipRpc =
  | { readonly what: 'SUBSCRIBE' | 'UNSUBSCRIBE'; readonly topicIds: readonly string[] }
  | { readonly what: 'GRAFT'; readonly topicId: string }
  | { readonly what: 'PRUNE'; readonly topicId: string; readonly backoffMs: number }
  | { readonly what: 'MESSAGE'; readonly message: GossipMessage }
  | { readonly what: 'IHAVE'; readonly topicId: string; readonly ids: readonly string[] }
  | { readonly what: 'IWANT'; readonly ids: readonly string[] }

/** Tags and lengths of the fields around each item. */
const ITEM_BYTES = 6
const ID_BYTES = 32

export function bytesOf(rpc: GossipRpc): number {
  switch (rpc.what) {
    case 'MESSAGE':
      return ITEM_BYTES + rpc.message.topicId.length + rpc.message.data.length
    case 'IHAVE':
      return ITEM_BYTES + rpc.topicId.length + rpc.ids.length * (ID_BYTES + 2)
    case 'IWANT':
      return ITEM_BYTES + rpc.ids.length * (ID_BYTES + 2)
    case 'GRAFT':
    case 'PRUNE':
      return ITEM_BYTES + rpc.topicId.length
    default:
      return rpc.topicIds.reduce((sum, { length }) => sum + length + ITEM_BYTES, 0)
  }
}
