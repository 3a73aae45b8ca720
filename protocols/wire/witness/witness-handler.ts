/** The answering side, over a narrow port: what the witness remembers. */
import type { Hash32, PeerId } from '../../kernel/ids.ts'
import type { Handler } from '../../kernel/protocol.ts'
import type { Signed } from '../../statements/signed.ts'
import type { TimeStamp } from '../../statements/struct-types.ts'
import type { WitnessRequest } from './witness-protocol.ts'

export interface WitnessDesk {
  /**
   * When this digest was first heard of: the same stamp for whoever asks again.
   * @throws MeshError WITNESS_BUSY
   */
  stamp(digest: Hash32, peer: PeerId): Signed<TimeStamp>
}

export function answerWitness(desk: WitnessDesk): Handler<WitnessRequest, Signed<TimeStamp>> {
  return async function* ({ digest }, _more, { peer }) {
    yield desk.stamp(digest, peer)
  }
}
