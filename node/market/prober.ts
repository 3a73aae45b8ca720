/** Looks at what miners claim: at times that nobody can foresee, those that this node lists, and again where something is in doubt. */

import { toHex } from '../../protocols/kernel/bytes.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { drawUnit } from '../../protocols/kernel/draw.ts'
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Hasher, Random, Timer } from '../../protocols/kernel/ports.ts'
import { type ClaimedCard, claimedCards } from '../../protocols/rules/probing/card-claims.ts'
import { judgeProbe, PATIENCE, type ProbeOutcome, patienceMs } from '../../protocols/rules/probing/judge-probe.ts'
import {
  chooseCard,
  chooseToProbe,
  drawSome,
  kindOfNext,
  nextGapMs,
  notesOfCard,
} from '../../protocols/rules/probing/probe-schedule.ts'
import { planProbe } from '../../protocols/rules/probing/probe-size.ts'
import { type ProbeReport, probeMiner } from '../../protocols/wire/probe/probe-client.ts'
import type { Profile } from '../../protocols/wire/profile/profile.ts'
import type { ProfileGpu } from '../../protocols/wire/profile/profile-body.ts'
import type { ClaimBook, ClaimEvidence, ClaimRow } from './claim-book.ts'
import { publishedWatts } from './published-watts.ts'

/** Drawn of all that are listed, beside those in doubt: what is known of each is gone through, twenty thousand times it would not be. */
const MINERS_MAX = 256
/** Finding a profile on the DHT. */
const PROFILE_MS_MAX = 20_000

export interface ListedMiner {
  readonly miner: Address
  readonly peer: PeerId
}

export interface ProbedMiner {
  readonly miner: Address
  /** Its place in the profile. */
  readonly card: number
  /** In one line, for people. */
  readonly found: string
  readonly outcome: ProbeOutcome | { readonly kind: 'refused' | 'lost'; readonly why: string }
  readonly claimed: number
  /** It was not found lying before, and is now. */
  readonly isConvicted: boolean
}

export interface ProberNeeds {
  readonly network: Pick<Network, 'call'>
  readonly clock: Clock
  readonly random: Random
  readonly hasher: Pick<Hasher, 'sha256'>
  readonly perHour: number
  readonly book: ClaimBook
  /** Miners that say they are idle; not this node. */
  readonly miners: () => Iterable<ListedMiner>
  readonly profileOf: (miner: Address, signal: AbortSignal) => Promise<Profile | undefined>
  readonly onProbed: (probed: ProbedMiner) => void
  readonly onFailure: (error: MeshError) => void
}

export class Prober implements AsyncDisposable {
  readonly #needs: ProberNeeds
  readonly #stop = new AbortController()
  #timer: Timer | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(needs: ProberNeeds) {
    this.#needs = needs
  }

  start(): void {
    if (this.#stop.signal.aborted) return
    const { clock, perHour } = this.#needs
    this.#timer = clock.after(nextGapMs(perHour, drawUnit(this.#needs.random)), () => {
      this.#running = this.#round()
        .catch((error: unknown) => this.#needs.onFailure(asMeshError(error)))
        .finally(() => this.start())
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.cancel()
    this.#stop.abort()
    await this.#running
  }

  async #round(): Promise<void> {
    const { clock, book, miners } = this.#needs
    const doubted: ListedMiner[] = []
    const others = function* (): Generator<ListedMiner> {
      for (const each of miners()) {
        // As many as the book holds at most.
        if (book.standingOf(each.miner) === 'doubted') doubted.push(each)
        else yield each
      }
    }
    const drawn = drawSome(others(), MINERS_MAX, () => drawUnit(this.#needs.random))
    const listed = [...doubted, ...drawn].map((each) => {
      const cards = book.cardsOf(each.miner)
      return { ...each, notes: book.notesOf(each.miner), ...(cards === undefined ? {} : { cards }) }
    })
    const chosen = chooseToProbe(listed, clock.nowMs(), drawUnit(this.#needs.random))
    if (chosen !== undefined) await this.#probe(chosen)
  }

  async #probe({ miner, peer }: ListedMiner): Promise<void> {
    const { clock, book, onProbed } = this.#needs
    const profile = await this.#profileOf(miner)
    if (this.#stop.signal.aborted) return
    const claims = claimedCards(profile?.body?.gpus ?? [])
    if (profile === undefined || claims.length === 0) {
      // Nothing is claimed: it is looked for again later, as where there was nothing to see.
      book.note(miner, { atMs: clock.nowMs(), kind: 'unsure' }, profile === undefined ? {} : { cards: [] })
      return
    }
    const before = book.standingOf(miner)
    const claimed = chooseCard(claims, book.notesOf(miner), clock.nowMs(), drawUnit(this.#needs.random))
    const { card } = claimed
    const named = claims.length > 1 ? profile.sequence : undefined
    const { outcome, report } = await this.#ask(peer, miner, claimed, named)
    if (this.#stop.signal.aborted) return
    const atMs = clock.nowMs()
    const { kind } = outcome
    const isFault = kind === 'slow' || kind === 'forgetful' || kind === 'false'
    const found = `${named === undefined ? '' : `card ${card + 1} of its profile: `}${outcomeText(outcome)}`
    book.note(
      miner,
      { atMs, kind, card },
      {
        cards: claims.map((each) => each.card),
        ...(outcome.kind === 'shown' ? { shown: shownBy(outcome, profile.body?.gpus?.[card], atMs) } : {}),
        ...(isFault ? { evidence: evidenceOf({ atMs, card, kind, found }, profile, claimed, report) } : {}),
      },
    )
    const isConvicted = before !== 'lying' && book.standingOf(miner) === 'lying'
    onProbed({ miner, card, outcome, found, claimed: claimed.claim.fp32Gflops, isConvicted })
  }

  async #profileOf(miner: Address): Promise<Profile | undefined> {
    const { clock, profileOf } = this.#needs
    using deadline = new Deadline(clock, PROFILE_MS_MAX, 'the profile of a miner', this.#stop.signal)
    try {
      return await profileOf(miner, deadline.signal)
    } catch (error) {
      if (asMeshError(error).fault === 'bug') throw error
      // Who cannot be found is not judged.
      return undefined
    }
  }

  async #ask(
    peer: PeerId,
    miner: Address,
    { card, claim }: ClaimedCard,
    profile: bigint | undefined,
  ): Promise<{ readonly outcome: ProbedMiner['outcome']; readonly report?: ProbeReport }> {
    const kind = kindOfNext(notesOfCard(this.#needs.book.notesOf(miner), card), claim.memoryBytes !== undefined)
    const planFor = (rttMs: number) => {
      const size = planProbe(kind, claim, rttMs)
      return (
        size && {
          card,
          size,
          patienceMs: patienceMs(size, claim) + rttMs,
          ...(profile === undefined ? {} : { profile }),
        }
      )
    }
    try {
      const report = await probeMiner(this.#needs, peer, planFor, this.#stop.signal)
      return { outcome: outcomeOf(report, claim), report }
    } catch (error) {
      const { code, fault } = asMeshError(error)
      if (fault === 'bug') throw error
      return { outcome: { kind: 'lost', why: code } }
    }
  }
}

function shownBy(
  { gflops, heldBytes }: Extract<ProbeOutcome, { readonly kind: 'shown' }>,
  card: ProfileGpu | undefined,
  atMs: number,
): NonNullable<ClaimRow['shown']> {
  const tdpW = card === undefined ? undefined : publishedWatts(card, gflops)
  return { gflops, heldBytes, atMs, ...(tdpW === undefined ? {} : { tdpW }) }
}

function outcomeOf(report: ProbeReport, claim: ClaimedCard['claim']): ProbedMiner['outcome'] {
  switch (report.kind) {
    case 'refused':
      // Its own profile, which it remembers, claims that card. Who is away, or too busy, says so instead.
      if (report.reason === 'card') return { kind: 'false', why: 'it says itself that it has no such card' }
      return { kind: 'refused', why: report.reason }
    case 'far':
      return { kind: 'unsure', why: `it is ${Math.round(report.rttMs)} ms away` }
    case 'late': {
      if (report.jobs > 0) return { kind: 'unsure', why: 'it had other work' }
      if (report.stalledMs > report.plan.patienceMs / 2) return { kind: 'unsure', why: 'this node was too busy' }
      return { kind: 'slow', claimed: claim.fp32Gflops }
    }
    case 'ended': {
      const { transcript } = report
      if (transcript.fault !== undefined) return { kind: 'false', why: transcript.fault }
      const outcome = judgeProbe(transcript.size, claim, transcript.timings)
      if (transcript.jobs > 0 && outcome.kind !== 'shown') return { kind: 'unsure', why: 'it had other work' }
      return outcome
    }
  }
}

/** Without the results themselves: who repeats the work of the seed comes to the same roots. */
function evidenceOf(
  fault: Pick<ClaimEvidence, 'atMs' | 'card' | 'kind' | 'found'>,
  profile: Profile,
  { card, claim }: ClaimedCard,
  report: ProbeReport | undefined,
): ClaimEvidence {
  const transcript =
    report?.kind === 'ended'
      ? {
          seed: toHex(report.transcript.seed),
          nonce: toHex(report.transcript.nonce),
          size: report.transcript.size,
          engine: report.transcript.engine,
          timings: report.transcript.timings,
          firstRoot: toHex(report.transcript.roots[0]!),
          lastRoot: toHex(report.transcript.roots.at(-1)!),
          recalled: toHex(report.transcript.recalled),
          opened: report.transcript.opened,
        }
      : report?.kind === 'late'
        ? { seed: toHex(report.seed), size: report.plan.size, patienceMs: report.plan.patienceMs }
        : report?.kind === 'refused'
          ? { refused: report.reason }
          : {}
  return {
    ...fault,
    profile: toHex(profile.bytes),
    transcript: { card, claim, ...transcript },
  }
}

/** In one line, for people. */
function outcomeText(outcome: ProbedMiner['outcome']): string {
  switch (outcome.kind) {
    case 'shown':
      return `it did ${outcome.gflops.toPrecision(3)} GFLOPS and held ${outcome.heldBytes} bytes`
    case 'slow':
      return outcome.gflops === undefined
        ? `it was not done after ${PATIENCE} times what its claim of ${outcome.claimed.toPrecision(3)} GFLOPS takes`
        : `it did ${outcome.gflops.toPrecision(3)} GFLOPS and claims ${outcome.claimed.toPrecision(3)}`
    case 'forgetful':
      return `it held ${outcome.heldBytes} of ${outcome.askedBytes} bytes, and made the rest again`
    default:
      return outcome.why
  }
}
