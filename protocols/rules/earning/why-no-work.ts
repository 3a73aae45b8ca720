/**
 * Why a miner gets no work: what is known for certain to keep it away comes first, then what makes clients choose others, then that
 * nobody asks. Only what this node has seen itself: what it has not seen is not guessed.
 */
import { type Credits, formatCredits } from '../../kernel/money.ts'
import { describeRefusals, type RefusalCounts } from '../../wire/job/refusals.ts'
import type { MarketRank } from './market-rank.ts'

export const idleCauses = [
  ...['no-models', 'not-signing', 'clock', 'disk', 'no-peers', 'held', 'leased', 'unreachable', 'unseen', 'stake'],
  ...['price', 'score', 'refusing', 'not-asked', 'other-models'],
] as const
export type IdleCause = (typeof idleCauses)[number]

export interface IdleReason {
  readonly cause: IdleCause
  /** With the figures, and what to do where there is something. */
  readonly text: string
}

export interface IdleModel {
  readonly name: string
  readonly base: Credits
  /** Absent where no other miner of it is known. */
  readonly rank?: MarketRank | undefined
  /** Jobs of it that were taken, and refused with their reasons, within `lookedMs`. */
  readonly accepted: number
  readonly refused: RefusalCounts
}

export interface IdleFacts {
  readonly models: readonly IdleModel[]
  /** Why nothing is signed. */
  readonly signing?: string | undefined
  readonly isClockStopped: boolean
  readonly isDiskFull: boolean
  readonly peers: number
  /** What holds the miner or all of its cards now, for people. */
  readonly holds: readonly string[]
  /** Unix ms; absent where its card is leased to nobody. */
  readonly leasedUntilMs?: number | undefined
  /** False where nobody can connect to it, for it does not listen. */
  readonly listens: boolean
  /** How many other peers know its offer, of those that answered; absent where nobody did. */
  readonly seenBy?: { readonly seen: number; readonly asked: number } | undefined
  /** What an owner has to stake before others show this miner; absent where that is so, or there is no chain. */
  readonly stakeShort?: Credits | undefined
  /** What others say of its service; absent where nobody told. */
  readonly score?: { readonly points: number; readonly tier: string } | undefined
  /** Jobs that were asked for of models that it does not serve, and of how many such models. */
  readonly unserved: { readonly asks: number; readonly models: number }
  /** How far back the counts reach. */
  readonly lookedMs: number
}

/** Tiers that clients choose last. */
const LOW_TIERS = ['D']

export function whyNoWork(facts: IdleFacts): readonly IdleReason[] {
  return rules.flatMap((rule) => rule(facts))
}

type Rule = (facts: IdleFacts) => readonly IdleReason[]

const when = (holds: boolean, cause: IdleCause, text: () => string): readonly IdleReason[] =>
  holds ? [{ cause, text: text() }] : []

/** In the order of their weight. */
const rules: readonly Rule[] = [
  ({ models }) =>
    when(models.length === 0, 'no-models', () => 'it serves no model: aitbc config set models characters'),
  ({ signing }) =>
    when(signing !== undefined, 'not-signing', () => `it signs nothing until it is started again: ${signing}`),
  ({ isClockStopped }) =>
    when(isClockStopped, 'clock', () => 'its clock is off, and nothing is signed that carries a time'),
  ({ isDiskFull }) => when(isDiskFull, 'disk', () => 'its disk is full, and no job is taken until there is space'),
  ({ peers }) => when(peers === 0, 'no-peers', () => 'it is connected to no peer'),
  ({ holds }) => holds.map((text) => ({ cause: 'held' as const, text })),
  ({ leasedUntilMs }) =>
    when(
      leasedUntilMs !== undefined,
      'leased',
      () => `its card is leased until ${new Date(leasedUntilMs!).toISOString()}`,
    ),
  ({ listens }) => when(!listens, 'unreachable', () => 'it does not listen, so that nobody can connect to it (listen)'),
  ({ seenBy }) =>
    when(
      seenBy !== undefined && 2 * seenBy.seen < seenBy.asked,
      'unseen',
      () => `${seenBy!.seen} of ${seenBy!.asked} peers that were asked know its offer: aitbc net check`,
    ),
  ({ stakeShort }) =>
    when(
      stakeShort !== undefined,
      'stake',
      () => `nobody shows it until an owner with ${formatCredits(stakeShort!)} of stake answers for it: aitbc stake`,
    ),
  priceReasons,
  ({ score }) =>
    when(
      score !== undefined && LOW_TIERS.includes(score.tier),
      'score',
      () => `others score its service ${score!.points} of 100, tier ${score!.tier}`,
    ),
  refusingReasons,
  notAskedReasons,
  ({ unserved: { asks, models }, lookedMs }) =>
    when(
      asks > 0,
      'other-models',
      () =>
        `${asks} ${asks === 1 ? 'job was' : 'jobs were'} asked for of ${models} ${models === 1 ? 'model' : 'models'} that it does not serve, ${within(lookedMs)}`,
    ),
]

/** The worst place first. Who is nearly the best gets its part by chance: its price is no reason. */
function priceReasons({ models }: IdleFacts): readonly IdleReason[] {
  return models
    .flatMap(({ name, base, rank }) => (rank === undefined || rank.isNear ? [] : [{ name, base, rank }]))
    .sort((a, b) => b.rank.rank / b.rank.of - a.rank.rank / a.rank.of)
    .map(({ name, base, rank }) => {
      const place = `${name}: place ${rank.rank} of ${rank.of} by price and load`
      return {
        cause: 'price' as const,
        text: `${place}; it asks ${formatCredits(base)}, the cheapest ${formatCredits(rank.cheapest)} (aitbc price)`,
      }
    })
}

/** What was asked for and sent away. */
function refusingReasons({ models, lookedMs }: IdleFacts): readonly IdleReason[] {
  return models.flatMap(({ name, accepted, refused }) => {
    const count = sum(refused)
    if (count === 0 || accepted > 0) return []
    const text = `${name}: it refused all ${count} jobs that were asked for ${within(lookedMs)} (${describeRefusals(refused)})`
    return [{ cause: 'refusing' as const, text }]
  })
}

function notAskedReasons({ models, lookedMs }: IdleFacts): readonly IdleReason[] {
  const silent = models.filter(({ accepted, refused }) => accepted === 0 && sum(refused) === 0)
  if (silent.length === 0) return []
  const names = silent.map(({ name }) => name).join(', ')
  return [{ cause: 'not-asked', text: `nobody asked it for ${names} ${within(lookedMs)}` }]
}

const sum = (counts: RefusalCounts): number => Object.values(counts).reduce((all, count) => all + count, 0)

const within = (ms: number): string => {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  return minutes === 1 ? 'in the last minute' : `in the last ${minutes} minutes`
}
