/** What a running node answers on its control channel: one table, used by `aitbc` over the socket and within one process. */
import { z } from 'zod'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Hash32, isHash32 } from '../../../protocols/kernel/ids.ts'
import { cardWindowText } from '../../../protocols/rules/care/card-hours.ts'
import { weekMinuteText } from '../../../protocols/rules/care/weekly-schedule.ts'
import type { HoursNow, ScheduleWatch } from '../../care/schedule/schedule-watch.ts'
import { shownCare } from '../../care/shown-holds.ts'
import { AuditBook } from '../../client/auditing/audit-book.ts'
import type { MeshClient } from '../../client/mesh-client.ts'
import { storySummary } from '../../client/telling/job-story.ts'
import { weeklyWindows } from '../../config/setting-kinds.ts'
import type { CardsReport } from '../../gpu/cards-report.ts'
import { cardByKey, findCard, type NameableCard } from '../../gpu/find-card.ts'
import { newestMeasured } from '../../market/measured-of.ts'
import type { Miner } from '../../roles/miner/miner.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import { systemClock } from '../../roles/system-clock.ts'
import type { ControlMethod } from '../control-method.ts'
import { auditsOf } from './audits-method.ts'
import { listClaims } from './claims-method.ts'
import { pullMethod, type StoreMethodName, storeMethods } from './content-methods.ts'
import { listEvidence } from './evidence-method.ts'
import { findGpusFor } from './find-gpus-method.ts'
import { type LeaseMethodName, leaseMethods } from './lease-methods.ts'
import { regionMap } from './map-method.ts'
import { measuredWays } from './measured-ways.ts'
import { netFacts } from './net-method.ts'
import { parseParams } from './parse-params.ts'
import { pauseMethods } from './pause-methods.ts'
import { plainJson } from './plain-json.ts'
import { pricesFor } from './price-method.ts'
import { quoteFor } from './quote-method.ts'
import { redeemHeld } from './redeem-method.ts'
import { runJob } from './run-method.ts'
import { reviewJob, type ScoreMethodName, scoresOf } from './score-methods.ts'
import { servedStory } from './served-story.ts'
import { statusOf } from './status-method.ts'

export type NodeMethodName =
  | 'status'
  | 'peers'
  | 'net'
  | 'map'
  | 'gpu'
  | 'models'
  | 'price'
  | 'cloud-model'
  | 'quote'
  | 'find-gpus'
  | 'run'
  | 'jobs'
  | 'job'
  | 'pull'
  | 'pause'
  | 'resume'
  | 'schedule'
  | 'evidence'
  | 'audits'
  | 'redeem'
  | 'stop'
  | LeaseMethodName
  | ScoreMethodName
  | StoreMethodName

/** Stories listed at once. */
const JOBS_MAX = 500
const JOBS_SHOWN = 20

/** @param stop begins the end of the node; the answer goes out before */
export function nodeMethods(node: RunningNode, stop: () => void): Readonly<Record<NodeMethodName, ControlMethod>> {
  const client = (): MeshClient => {
    if (node.client !== undefined) return node.client
    throw new MeshError('ROLE_MISSING', { roles: node.settings.roles, role: 'client' })
  }
  const miner = (): Miner => {
    if (node.miner !== undefined) return node.miner
    throw new MeshError('ROLE_MISSING', { roles: node.settings.roles, role: 'miner' })
  }
  return {
    status: async (params, { signal }) => {
      const { ask = false } = parseParams(z.strictObject({ ask: z.boolean().optional() }), params)
      if (ask) await node.miner?.seenBy.ask(signal)
      return plainJson(statusOf(node, Date.now()))
    },
    peers: async () => plainJson({ self: node.peer, peers: peersOf(node) }),
    net: async (_, { signal }) => plainJson(await netFacts(node, signal)),
    map: async (params, { signal }) => plainJson(await regionMap(node, params, signal)),
    gpu: async (_, { signal }) => {
      await node.cards.ready(signal)
      const measured = newestMeasured(node.settings.dataFolder, Date.now())
      return plainJson(withCare(node.cards.report(measured, measuredWays(node.miner?.line)), node.miner))
    },
    models: async (_, { signal }) =>
      plainJson({
        served: node.miner?.models.table() ?? [],
        // Not empty: what others serve is not known to a node that asks nobody.
        network: node.client === undefined ? null : await node.client.models(signal),
      }),
    price: async (params, { signal }) => plainJson(await pricesFor(node, params, signal)),
    'cloud-model': async (params, { signal }) => {
      const { model } = parseParams(z.strictObject({ model: z.string().min(1).max(256) }), params)
      return plainJson({ model: (await client().cloudModel(model, signal)) ?? null })
    },
    'find-gpus': async (params, { signal }) => plainJson(await findGpusFor(client(), params, signal)),
    quote: async (params, { signal }) => plainJson(await quoteFor(client(), params, signal)),
    run: async (params, { signal, emit }) =>
      plainJson(
        await runJob({ client: client(), settles: node.settles }, params, signal, (event) => emit(plainJson(event))),
      ),
    jobs: async (params) => {
      const { limit = JOBS_SHOWN } = parseParams(
        z.strictObject({ limit: z.int().min(1).max(JOBS_MAX).optional() }),
        params,
      )
      return plainJson({ jobs: node.client?.stories.all().slice(-limit).reverse().map(storySummary) ?? [] })
    },
    job: async (params) => {
      const { id } = parseParams(z.strictObject({ id: z.string().min(4).max(80) }), params)
      return plainJson({ ...storyOf(node, id), settles: node.settles })
    },
    ...leaseMethods(node, client),
    ...storeMethods({ ...node.content, onAdded: node.content.changed }),
    pull: pullMethod(node),
    ...pauseMethods(node, miner),
    schedule: async (params) => {
      const { windows } = parseParams(z.strictObject({ windows: weeklyWindows.schema.optional() }), params)
      const { schedule } = miner().care
      const known = node.cards.cards().map(({ facts }) => facts)
      for (const { card } of windows ?? []) if (card !== undefined) findCard(known, card)
      if (windows !== undefined) schedule.change(windows)
      return plainJson(hoursNow(schedule, known))
    },
    evidence: async (params) => {
      const { watch, standing } = node.evidence
      const book = {
        kept: () => watch.kept(),
        evidence: (of: Hash32) => watch.evidence(of),
        standing,
      }
      return plainJson({ ...listEvidence(book, params), claims: listClaims(node.claims.rows(), params) })
    },
    scores: async (params) => plainJson(scoresOf(node, params)),
    review: async (params, { signal }) => plainJson(await reviewJob(node, client(), params, signal)),
    audits: async (params) => {
      const { audits, miner, settings } = node
      // Without the role nothing is asked, so nothing was found.
      const book = audits?.book ?? new AuditBook(systemClock)
      const open = audits === undefined ? {} : { open: audits.auditor.open }
      return plainJson(auditsOf({ settings, book, ...open, told: miner?.auditsTold.tally ?? null }, params))
    },
    redeem: (params, context) => redeemHeld(node, params, context),
    stop: async () => {
      stop()
      return {}
    },
  }
}

function withCare(report: CardsReport, miner: Miner | undefined): CardsReport {
  if (miner === undefined) return report
  const { cards } = report
  const { caretaker } = miner.care
  return {
    ...report,
    cards: cards.map((card) => ({ ...card, care: shownCare(caretaker, card.key, cards) })),
    ...(miner.power === undefined ? {} : { power: miner.power.report() }),
  }
}

function hoursNow({ windows, now, cardsNow }: ScheduleWatch, cards: readonly NameableCard[]) {
  const stand = ({ isOpen, changesAtMinute }: HoursNow) => ({
    isOpen,
    changesAt: changesAtMinute === undefined ? null : weekMinuteText(changesAtMinute),
  })
  return {
    windows: windows.map(cardWindowText),
    ...stand(now()),
    cards: [...cardsNow()].map(([key, hours]) => ({ card: cardByKey(cards, key), ...stand(hours) })),
  }
}

function peersOf(node: RunningNode) {
  const offers = new Map([...(node.router?.directory.live() ?? [])].map(({ offer }) => [offer.peer, offer]))
  for (const { offer } of node.client?.book.live() ?? []) offers.set(offer.peer, offer)
  const barred = new Set(node.client?.book.barred())
  for (const offer of barred) offers.set(offer.peer, offer)
  const doors = new Set(node.network.bootstrap.map(({ peer }) => peer))
  return node.mesh.connectedPeers().map((peer) => {
    const offer = offers.get(peer)
    const figures = node.mesh.figures(peer)
    return {
      peer,
      role: offer !== undefined ? 'miner' : doors.has(peer) ? 'bootstrap' : 'peer',
      ...(offer === undefined
        ? {}
        : {
            miner: offer.miner,
            models: offer.body.models.length,
            jobs: offer.body.jobs,
            claim: node.claims.standingOf(offer.miner),
            isBarred: barred.has(offer),
          }),
      ...(figures === undefined ? {} : { figures }),
    }
  })
}

/** @throws MeshError NOT_FOUND */
function storyOf(node: RunningNode, id: string) {
  const asked = node.client?.stories.find(id)
  if (asked !== undefined) return { side: 'client', ...asked }
  const served = isHash32(id) ? servedStory(node, id) : undefined
  if (served !== undefined) return { side: 'miner', ...served }
  throw new MeshError('NOT_FOUND', { what: 'job', id })
}
