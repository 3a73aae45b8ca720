/** The client role: a payer, a session key under its grant, and the client of the mesh over them. */
import { join } from 'node:path'
import { asMeshError } from '../../protocols/kernel/errors.ts'
import type { ModelId } from '../../protocols/kernel/ids.ts'
import { ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import { type Signed, signStruct } from '../../protocols/statements/signed.ts'
import { type SessionGrant, sessionGrantType } from '../../protocols/statements/struct-types.ts'
import { type ClientEvent, MeshClient } from '../client/mesh-client.ts'
import { purse } from '../client/purse.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { Libp2pNetwork } from '../network/libp2p-network.ts'
import type { Foundation } from './foundation.ts'
import { GrantFile } from './grant-file.ts'
import type { Parts } from './parts.ts'
import { StoryFile } from './story-file.ts'

/** A session key that is stolen is worth this long at most. */
const GRANT_SECONDS = 30n * 86_400n
/** A grant that ends sooner is renewed at the start: a process may run for weeks. */
const RENEW_SECONDS = 15n * 86_400n

/** @throws MeshError KEY_FILE */
export async function startClient(parts: Parts, base: Foundation, mesh: Libp2pNetwork): Promise<MeshClient> {
  const { settings, domain, clock, random, journal, bus, folder, head, escrow } = base
  const grant = await grantOf(parts, base)
  const session = await parts.start('session key', () => base.keys.loadOrCreate('session'))
  const stories = new StoryFile(join(folder.path, 'jobs.json'))
  const client: MeshClient = new MeshClient({
    network: mesh,
    domain,
    clock,
    random,
    leaves: base.leaves,
    journal: journal.client,
    purse: purse(domain, escrow, session.signer, grant),
    region: settings.region,
    head: () => head.head,
    priceMax: settings.priceMax as Credits,
    onEvent: clientEvents(bus),
    stories: stories.read(),
  })
  await parts.start('stories', () => ({
    [Symbol.dispose]: () => {
      try {
        stories.write(client.stories.all())
      } catch (error) {
        bus.emit({ kind: 'trouble', during: 'keeping the stories of jobs', error: asMeshError(error) })
      }
    },
  }))
  return parts.start('client', () => client)
}

/** The one of the last run while it is good for a while: counters belong to the keys, and a renewed grant continues them. */
async function grantOf(parts: Parts, base: Foundation): Promise<Signed<SessionGrant>> {
  const { domain, clock, keys, chain, escrow } = base
  const kept = new GrantFile(join(base.folder.path, 'grant.bin'))
  const payer = await parts.start('payer key', () => keys.loadOrCreate('payer'))
  const session = keys.load('session') ?? keys.create('session')
  const { balance } = await chain.escrowOf(payer.address)
  const nowSeconds = BigInt(Math.floor(clock.nowMs() / 1_000))
  const wanted = {
    payer: payer.address,
    session: session.address,
    escrow,
    maxTotal: balance,
    maxPerMiner: balance,
    collectionsHash: ZERO_HASH,
  }
  session[Symbol.dispose]()
  const earlier = kept.read(domain, wanted, nowSeconds + RENEW_SECONDS)
  if (earlier !== undefined) return earlier
  const value: SessionGrant = { ...wanted, notAfter: nowSeconds + GRANT_SECONDS, nonce: BigInt(clock.nowMs()) }
  const grant = signStruct(domain, sessionGrantType, value, payer.signer)
  kept.write(grant)
  return grant
}

function clientEvents(bus: EventBus): (event: ClientEvent) => void {
  const nameOf = (model: ModelId): string => model
  return (told) => {
    switch (told.kind) {
      case 'job':
        if (told.event.kind === 'started') {
          bus.emit({ kind: 'request:started', job: told.job, model: nameOf(told.model) })
        }
        return
      case 'answered': {
        const { miner, finished, attempts, totalMs } = told.answer
        const facts = { miner, price: finished.price, attempts, tookMs: totalMs }
        bus.emit({ kind: 'request:answered', job: told.job, model: nameOf(told.model), ...facts })
        return
      }
      case 'failed':
        bus.emit({ kind: 'request:failed', job: told.job, model: nameOf(told.model), error: told.error })
        return
      case 'line': {
        const { miner, event } = told
        if (event.kind === 'receipt') {
          bus.emit({ kind: 'receipt:checked', attempt: event.attempt, price: event.receipt.price })
        } else if (event.kind === 'signed') {
          bus.emit({
            kind: 'voucher:signed',
            miner,
            cumulative: event.voucher.cumulative,
            raisedBy: credits(event.raisedBy),
          })
        } else if (event.kind === 'dispute') {
          const named = event.attempt === undefined ? {} : { attempt: event.attempt }
          bus.emit({ kind: 'payment:disputed', miner, ...named, error: event.error })
        }
        return
      }
      case 'searched':
      case 'late-answer':
        return
    }
  }
}
