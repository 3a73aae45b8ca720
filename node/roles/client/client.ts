/** The client role: a payer, a session key under its grant, and the client of the mesh over them. */
import type { Draw } from '../../../protocols/kernel/draw.ts'
import type { JobId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { coordinatesToBytes } from '../../../protocols/rules/coordinates/coordinates-bytes.ts'
import { jobPrice } from '../../../protocols/rules/pricing/job-price.ts'
import type { ChannelKeeper } from '../../chain/escrow/channel-keeper.ts'
import type { ClientEvent } from '../../client/client-needs.ts'
import type { CloudDesk } from '../../client/cloud/cloud-desk.ts'
import type { DirectoryAnswer } from '../../client/finding/find-offers.ts'
import type { OwnCoordinates } from '../../client/finding/own-coordinates.ts'
import { MeshClient } from '../../client/mesh-client.ts'
import type { MinerWatch } from '../../client/miner-watch.ts'
import { purse } from '../../client/paying/purse.ts'
import type { JobEvent } from '../../client/running/job-runner.ts'
import type { ServiceReport } from '../../client/service-level/service-report.ts'
import { JobSpans } from '../../client/telling/job-spans.ts'
import type { EventBus } from '../../events/event-bus.ts'
import { serviceFacts } from '../../events/service-facts.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import type { NodeTransactions } from '../chain/transactions.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import type { Quality } from '../quality.ts'
import type { Auditing } from './auditing.ts'
import { startChannels } from './channels.ts'
import { GrantFile } from './grant-file.ts'
import { GrantKeeper } from './grant-keeper.ts'
import { startMinerStanding } from './miner-standing.ts'
import { standbyOf } from './standby.ts'
import { StoryFile } from './story-file.ts'

/** What of its node a client works with. */
export interface ClientCompanions {
  readonly quality: Quality
  readonly audits: Auditing
  /** Chance, where a test does not say it. */
  readonly draw: Draw | undefined
  readonly cloud: CloudDesk | undefined
  readonly own: OwnCoordinates
}

/** @throws MeshError KEY_FILE, CHAIN_UNREACHABLE, TIMEOUT, DISK_FULL, DATA_FOLDER_READ_ONLY */
export async function startClient(
  parts: Parts,
  base: Foundation,
  mesh: Libp2pNetwork,
  watch: MinerWatch,
  transactions: NodeTransactions | undefined,
  { quality, audits, draw, cloud, own: place }: ClientCompanions,
): Promise<MeshClient> {
  const { settings, domain, clock, random, journal, bus, folder, head, escrow } = base
  const { chain, keys } = base
  const payer = await parts.start('payer key', () => keys.loadOrCreate('payer'))
  const session = await parts.start('session key', () => keys.loadOrCreate('session'))
  const grants = await parts.start('grant', (signal) =>
    GrantKeeper.start(
      {
        domain,
        clock,
        chain,
        payer: payer.signer,
        session: session.address,
        escrow,
        promised: () => journal.client.promisedBy(payer.address, session.address),
        limit: settings.sessionMax as Credits,
        file: new GrantFile(folder.file('grant')),
        onFailure: bus.trouble("renewing the session's grant"),
      },
      signal,
    ),
  )
  const standing = await startMinerStanding(parts, base)
  const own = purse(domain, escrow, session.signer, grants.grant)
  grants.keep(own)
  const stories = new StoryFile(folder.file('stories'))
  const channels = await startChannels(parts, base, transactions, {
    payer: payer.address,
    session: session.address,
  })
  const tell = clientEvents(bus)
  const spans = new JobSpans(clock, random, (span) => bus.emit({ kind: 'span:ended', ...span }))
  const client: MeshClient = new MeshClient({
    network: mesh,
    domain,
    clock,
    random,
    leaves: base.leaves,
    journal: journal.client,
    lessee: journal.lessee,
    purse: own,
    region: settings.region,
    networkOf: (peer) => mesh.networkOf(peer),
    ping: (peer, signal) => mesh.ping(peer, [], signal),
    head: () => head.head,
    headAgain: () => head.again(),
    priceMax: settings.priceMax as Credits,
    // Before it has met anybody it lies nowhere.
    near: () => (place.samples === 0 ? undefined : coordinatesToBytes(place.current)),
    policy: settings.policy,
    hedgesRealtime: settings.hedges === 'realtime',
    standingOf: (operator, signal) => chain.standingOf(operator, signal),
    onEvent: (event) => {
      tell(event)
      audits.hear(event)
      spans.take(event)
      quality.take(event)
      if (channels !== undefined) tellChannels(channels, event)
    },
    tracesAll: settings.otlpEndpoint !== undefined,
    stories: stories.read(),
    watch: audits.watched(watch),
    auditor: audits.auditor,
    ...(settings.standbyMiners === 0 ? {} : { standby: standbyOf(base, mesh) }),
    ...(standing === undefined ? {} : { standing }),
    ...(draw === undefined ? {} : { draw }),
    ...(cloud === undefined ? {} : { cloud }),
  })
  quality.knows({
    offerOf: (miner) => client.book.offerOf(miner),
    latencyClassOf: (job) => client.stories.find(job)?.latencyClass,
  })
  await parts.start('stories', () => ({
    [Symbol.dispose]: () => {
      try {
        stories.write(client.stories.all())
      } catch (error) {
        bus.trouble('keeping the stories of jobs')(error)
      }
    },
  }))
  await parts.start('client', () => client)
  await audits.bring(parts, client)
  return client
}

function tellChannels(channels: ChannelKeeper, told: ClientEvent): void {
  if (told.kind === 'line' && told.event.kind === 'signed') {
    channels.promised(told.miner, told.event.voucher.cumulative)
  } else if (told.kind === 'line' && told.event.kind === 'dispute' && told.event.error.code === 'ESCROW_SHORT') {
    channels.refused(told.miner)
  } else if (told.kind === 'job' && told.event.kind === 'refused' && told.event.reason === 'ESCROW') {
    channels.refused(told.event.miner)
  }
}

function clientEvents(bus: EventBus): (event: ClientEvent) => void {
  return (told) => {
    // An audit has events of its own, and is no request of anybody here.
    if ('isAudit' in told && told.isAudit === true) return
    switch (told.kind) {
      case 'job':
        tellOfJob(bus, told.job, told.model, told.event)
        return
      case 'answered': {
        const { miner, finished, attempts, totalMs } = told.answer
        const facts = { miner, price: finished.price, attempts, tookMs: totalMs }
        bus.emit({ kind: 'request:answered', job: told.job, model: told.model, ...facts })
        return
      }
      case 'answered-by-cloud': {
        const { provider, price, attempts, totalMs, fallBack } = told.answer
        const facts = { provider, price, attempts, tookMs: totalMs, fallBack }
        bus.emit({ kind: 'request:cloud-answered', job: told.job, model: told.model, ...facts })
        return
      }
      case 'failed':
        bus.emit({ kind: 'request:failed', job: told.job, model: told.model, error: told.error })
        return
      case 'line': {
        const { miner, event } = told
        if (event.kind === 'receipt') {
          bus.emit({ kind: 'receipt:checked', attempt: event.attempt, price: event.owed ?? event.receipt.price })
        } else if (event.kind === 'signed') {
          bus.emit({
            kind: 'voucher:signed',
            miner,
            cumulative: event.voucher.cumulative,
            raisedBy: credits(event.raisedBy),
          })
        } else if (event.kind === 'conceded') {
          bus.emit({ kind: 'payment:conceded', miner, amount: event.amount })
        } else if (event.kind === 'dispute') {
          const named = event.attempt === undefined ? {} : { attempt: event.attempt }
          bus.emit({ kind: 'payment:disputed', miner, ...named, error: event.error })
        }
        return
      }
      case 'searched':
        bus.emit({ kind: 'offers:searched', ...sumOf(told.answers) })
        return
      case 'lease':
        if (told.event.kind === 'trouble') {
          bus.emit({ kind: 'trouble', during: 'keeping a leased card', error: told.event.error })
        }
        return
      case 'late-answer':
        return
    }
  }
}

/** What a job's story tells in full, as far as log and metrics want it. */
function tellOfJob(bus: EventBus, job: JobId, model: string, event: JobEvent): void {
  switch (event.kind) {
    case 'started': {
      const { span } = event
      bus.emit({ kind: 'request:started', job, model, ...(span === undefined ? {} : { traceId: span.traceId }) })
      return
    }
    case 'service': {
      const { attempt, miner, report } = event
      const { verdict } = report
      const letOff = credits(verdict.kind === 'late' ? priceOf(report) - verdict.paid : 0n)
      bus.emit({ kind: 'service:judged', side: 'client', attempt, miner, letOff, ...serviceFacts(verdict) })
      return
    }
    case 'refused':
      bus.emit({ kind: 'attempt:failed', job, miner: event.miner, reason: event.reason })
      return
    case 'failed':
      bus.emit({ kind: 'attempt:failed', job, miner: event.miner, reason: event.error.code })
      return
    case 'cloud-asked': {
      const { provider, priceMax, why } = event
      bus.emit({ kind: 'cloud:asked', job, model, provider, priceMax, why })
      return
    }
    case 'cloud-answered': {
      const { provider, price, tookMs } = event
      bus.emit({ kind: 'cloud:answered', job, provider, price, tookMs })
      return
    }
    case 'cloud-failed':
      bus.emit({ kind: 'cloud:failed', job, provider: event.provider, mayCost: event.mayCost, error: event.error })
      return
    case 'outrun':
      bus.emit({ kind: 'attempt:outrun', job, miner: event.miner, paid: event.paid })
  }
}

/** As its receipt names it. */
const priceOf = ({ agreed: { base, latencyClass } }: ServiceReport): Credits => jobPrice(base, latencyClass)

const sumOf = (answers: readonly DirectoryAnswer[]) => ({
  directories: answers.length,
  offers: answers.reduce((sum, { offers }) => sum + offers, 0),
  false: answers.reduce((sum, answer) => sum + answer.false, 0),
})
