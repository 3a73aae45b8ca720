/** Kademlia's iterative lookup: asks the nearest peers for nearer ones, some at a time, until the nearest have all answered. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { compareDistance } from './distance.ts'
import { BUCKET_SIZE, type Contact } from './routing-table.ts'

/** Contacts of one lookup that are kept: liars could name peers without end. */
const CANDIDATES_MAX = 10 * BUCKET_SIZE

export interface LookupNeeds {
  readonly target: Uint8Array
  readonly start: readonly Contact[]
  /** Requests under way at once. */
  readonly alpha: number
  /** Asks one peer; resolves with the peers that it names, undefined where it did not answer. Never rejects. */
  readonly ask: (contact: Contact) => Promise<readonly Contact[] | undefined>
  /** True where nothing more need be asked. */
  readonly isDone: () => boolean
}

type State = 'new' | 'asked' | 'answered' | 'failed'

interface Candidate extends Contact {
  state: State
}

/** The nearest peers that answered, nearest first, at most {@link BUCKET_SIZE}. */
export async function lookup(needs: LookupNeeds): Promise<Contact[]> {
  const { target, start, alpha, ask, isDone } = needs
  const byPeer = new Map<PeerId, Candidate>()
  let nearest: Candidate[] = []
  let underWay = 0
  let wake: () => void = () => undefined

  const heard = (contacts: readonly Contact[]): void => {
    for (const contact of contacts) {
      if (byPeer.has(contact.peer) || byPeer.size >= CANDIDATES_MAX) continue
      const candidate: Candidate = { ...contact, state: 'new' }
      byPeer.set(contact.peer, candidate)
      nearest.push(candidate)
    }
    nearest.sort((a, b) => compareDistance(target, a.id, b.id))
  }
  const next = (): Candidate | undefined =>
    nearest
      .filter(({ state }) => state !== 'failed')
      .slice(0, BUCKET_SIZE)
      .find(({ state }) => state === 'new')
  const askOne = async (candidate: Candidate): Promise<void> => {
    candidate.state = 'asked'
    underWay++
    const named = await ask(candidate)
    underWay--
    candidate.state = named === undefined ? 'failed' : 'answered'
    if (named === undefined) nearest = nearest.filter((other) => other !== candidate)
    else heard(named)
    wake()
  }

  heard(start)
  while (!isDone()) {
    for (let candidate = next(); candidate !== undefined && underWay < alpha; candidate = next()) void askOne(candidate)
    if (underWay === 0) break
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  return nearest.filter(({ state }) => state === 'answered').slice(0, BUCKET_SIZE)
}
