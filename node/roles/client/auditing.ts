/** Audits of answers: this node's client looks at those that it gets, and its miner hears what clients found of its own. */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { EPOCHS, type Epochs } from '../../../protocols/rules/auditing/audit-draw.ts'
import { PPM } from '../../../protocols/rules/auditing/audit-share.ts'
import { receiptType } from '../../../protocols/statements/struct-types.ts'
import { answerAudit } from '../../../protocols/wire/audit/audit-handler.ts'
import { auditProtocol } from '../../../protocols/wire/audit/audit-protocol.ts'
import { AuditBook } from '../../client/auditing/audit-book.ts'
import { AuditEpochs } from '../../client/auditing/audit-epochs.ts'
import { auditedOf } from '../../client/auditing/audit-row.ts'
import { Auditor } from '../../client/auditing/auditor.ts'
import { HeardProofs } from '../../client/auditing/heard-proofs.ts'
import type { Rerun } from '../../client/auditing/try-case.ts'
import type { ClientEvent } from '../../client/client-needs.ts'
import type { MeshClient } from '../../client/mesh-client.ts'
import type { MinerWatch } from '../../client/miner-watch.ts'
import { AuditStore } from '../../market/auditing/audit-store.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import { AuditsTold } from '../../work/auditing/audits-told.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import type { Quality } from '../quality.ts'

/** In a network of one machine somebody watches: minutes are too long to see anything. */
const LOCAL_EPOCHS: Epochs = { lengthMs: 30_000, graceMs: 5_000 }
const DELAY_MS_MAX = 30_000
const LOCAL_DELAY_MS_MAX = 50

export interface Auditing {
  readonly book: AuditBook
  readonly auditor: Auditor
  /** What the client's watch hears too, and whom audits bar. */
  watched(watch: MinerWatch): MinerWatch
  hear(event: ClientEvent): void
  /** Audits from here on. */
  bring(parts: Parts, client: MeshClient): Promise<void>
}

/** @throws MeshError DATA_FOLDER_*, DISK_FULL */
export async function openAuditing(
  parts: Parts,
  base: Foundation,
  mesh: Libp2pNetwork,
  quality: Pick<Quality, 'audited'>,
): Promise<Auditing> {
  const { settings, network, domain, clock, random, crypto, bus, folder } = base
  const store = await parts.start('audits that were made', () =>
    AuditStore.open(folder.file('audits'), {
      clock,
      reserve: folder.reserve,
      onFailure: bus.trouble('keeping what audits found'),
      onDamaged: bus.trouble('reading the audits that were kept'),
    }),
  )
  const book = new AuditBook(clock, store.kept, store)
  const proofs = new HeardProofs()
  const isLocal = network.preset === 'local'
  const epochs = await parts.start(
    'draws of audits',
    () =>
      new AuditEpochs({
        network: mesh,
        clock,
        random,
        hasher: crypto,
        epochs: isLocal ? LOCAL_EPOCHS : EPOCHS,
      }),
  )
  let client: MeshClient | undefined
  const rerun: Rerun = async ({ miner, latencyMsMax, ...run }) => {
    const near = latencyMsMax === undefined ? {} : { latencyMsMax }
    const answer = await client!.infer({ ...run, ...near, among: ({ offer }) => offer.miner === miner, isAudit: true })
    const receipt = await abortable(answer.receipt, run.signal)
    return { attempt: answer.attempt, outputs: answer.outputs, price: answer.price, receipt }
  }
  const auditor = new Auditor({
    ...{ domain, clock, random, book, epochs, proofs, rerun },
    market: {
      live: (model) => client?.book.live(model) ?? [],
      tableOf: (offer, signal) => client!.tableOf(offer, signal),
      ownerOf: owners(base),
      networkOf: (peer) => mesh.networkOf(peer),
    },
    share: settings.auditShare * (PPM / 100),
    budgetShare: settings.auditBudget * (PPM / 100),
    delayMsMax: isLocal ? LOCAL_DELAY_MS_MAX : DELAY_MS_MAX,
    onAudited: (row) => {
      for (const { miner, attempt, outcome } of row.parties) {
        if (attempt !== undefined && outcome !== 'inconclusive') quality.audited(miner, attempt, outcome === 'matched')
      }
      const { miner, outcome, why } = auditedOf(row)
      const twin = row.parties.find(({ role }) => role === 'twin')
      bus.emit({
        kind: 'audit:ended',
        miner,
        outcome,
        by: row.by,
        drawn: row.drawn,
        model: row.model,
        cost: credits(BigInt(row.cost)),
        ...(why === undefined ? {} : { why }),
        ...(twin === undefined ? {} : { twin: twin.miner, twinOutcome: twin.outcome }),
      })
    },
    onBarred: (miner, { matched, mismatched }) => bus.emit({ kind: 'audit:barred', miner, matched, mismatched }),
    onSkipped: (why) => bus.emit({ kind: 'audit:skipped', why }),
    onFailure: bus.trouble('auditing an answer'),
  })
  return {
    book,
    auditor,
    watched: (watch) => ({
      ...watch,
      heardOffer: (offer) => watch.heardOffer(offer),
      heardLease: (lease) => watch.heardLease(lease),
      heardReceipt: (proven) => {
        watch.heardReceipt(proven)
        proofs.heard(proven)
      },
      agreed: (attempt, agreement) => {
        watch.agreed(attempt, agreement)
        if (settings.auditShare > 0) proofs.agreed(attempt, agreement)
      },
      isBarred: (miner) => watch.isBarred(miner) || book.isBarred(miner),
      auditFactor: (miner) => book.factorOf(miner),
      isUntested: (miner) => settings.auditShare > 0 && book.standingOf(miner) === 'untested',
    }),
    hear: (event) => {
      if (settings.auditShare > 0 && event.kind === 'job' && event.event.kind === 'trying') {
        epochs.works(event.event.miner, event.event.peer)
      }
    },
    async bring(parts, given) {
      client = given
      await parts.start('audits', () => auditor)
    },
  }
}

/** Owners that were asked for; an operator is bound once and never rebound. */
const OWNERS_MAX = 1_024

/** As the chain says, or the table that stands in for one. @throws what the chain does where it does not answer */
function owners({ chain }: Foundation): (miner: Address, signal: AbortSignal) => Promise<Address | undefined> {
  const known = new Map<Address, Address>()
  return async (miner, signal) => {
    const found = known.get(miner) ?? (await chain.standingOf(miner, signal)).owner
    if (known.size >= OWNERS_MAX) known.delete(known.keys().next().value!)
    if (found !== undefined) known.set(miner, found)
    return found
  }
}

/** The miner's side. */
export async function serveAudits(parts: Parts, base: Foundation, mesh: Libp2pNetwork): Promise<AuditsTold> {
  const { domain, crypto, journal, bus } = base
  const told = new AuditsTold({
    hasher: crypto,
    isOurs: ({ attempt, receipt }) =>
      journal.miner
        .batchesOf([attempt])
        .some(({ receipts }) =>
          receipts.some(
            (each) => each.agreement === attempt && hashOf(domain.structHash(receiptType, each)) === receipt,
          ),
        ),
    onTold: ({ attempt, outcome, by, isFair, why }) =>
      bus.emit({ kind: 'audit:told', attempt, outcome, by, isFair, ...(why === undefined ? {} : { why }) }),
    onFalseSecret: (peer) => bus.emit({ kind: 'audit:false-secret', peer }),
  })
  await parts.start('news of audits', () => mesh.serve(auditProtocol, answerAudit(told)))
  return told
}

const hashOf = (bytes: Uint8Array): Hash32 => toHex(bytes) as Hash32
