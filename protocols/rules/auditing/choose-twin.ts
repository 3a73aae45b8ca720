/** Who runs a job once more: a miner with the same arithmetic that has nothing to do with those whose answers it is held against. */
import type { Address, Hash32 } from '../../kernel/ids.ts'
import { CREDITS_MAX, type Credits } from '../../kernel/money.ts'

export interface TwinCandidate {
  readonly miner: Address
  /** `undefined` where no chain says who owns it: then its key stands for itself. */
  readonly owner: Address | undefined
  /** Of its address; `undefined` where it is private or not known: then it is a network of its own. */
  readonly network: string | undefined
  /** That receipts of it for this model may name. */
  readonly kernelClasses: readonly Hash32[]
  readonly price: Credits
  /** Its own answers are in doubt: it judges nobody. */
  readonly isDoubted: boolean
  /** An audit has found an answer of it to be right. */
  readonly isTested: boolean
}

type Known = Pick<TwinCandidate, 'miner' | 'owner' | 'network'>

export interface TwinWish {
  readonly kernelClass: Hash32
  /** The audited miner first; of a referee also the twin. */
  readonly apartFrom: readonly Known[]
  readonly priceMax: Credits
}

/** Owners of tested miners beside the audited one's from which only those judge: fewer could be foreseen, or be of one mind. */
const TESTED_OWNERS_MIN = 3

/**
 * Whom one may ask. Where enough owners have a tested miner, whatever it asks for, only those: new names of one mind would find each other right,
 * and would be the cheapest.
 */
export function twinsAmong<T extends TwinCandidate>(candidates: readonly T[], wish: TwinWish): readonly T[] {
  const able = candidates.filter(
    ({ isDoubted, kernelClasses }) => !isDoubted && kernelClasses.includes(wish.kernelClass),
  )
  const [audited] = wish.apartFrom
  const tested = able.filter((each) => each.isTested && (audited === undefined || isApart(each, audited)))
  const judges = byOwner(tested).length >= TESTED_OWNERS_MIN ? tested : able
  return judges.filter(
    (judge) => judge.price <= wish.priceMax && wish.apartFrom.every((other) => isApart(judge, other)),
  )
}

/**
 * Twins behind whom a referee can be asked too, at the price; undefined where one is there and asks for more: a twin alone would be paid for
 * nothing. Where nobody could be a referee at any price, all twins: that they agree is worth something.
 */
export function judgedTwins<T extends TwinCandidate>(
  candidates: readonly T[],
  wish: TwinWish,
): readonly T[] | undefined {
  const twins = twinsAmong(candidates, wish)
  const hasReferee = (twin: T, priceMax: Credits): boolean =>
    twinsAmong(candidates, { ...wish, apartFrom: [...wish.apartFrom, twin], priceMax }).length > 0
  const judged = twins.filter((twin) => hasReferee(twin, wish.priceMax))
  if (judged.length > 0) return judged
  return twins.some((twin) => hasReferee(twin, CREDITS_MAX)) ? undefined : twins
}

/**
 * One of them, whom nobody can foresee: owners have the same chance whatever number of miners they run, and so have networks where nobody
 * knows the owners. Neither a low price nor a short way makes it likelier: both can be had to be asked.
 * @param draw in 0..1, without 1
 */
export function chooseTwin<T extends TwinCandidate>(
  candidates: readonly T[],
  wish: TwinWish,
  draw: () => number,
): T | undefined {
  const drawn = pick(byOwner(twinsAmong(candidates, wish)), draw)
  return drawn === undefined ? undefined : pick(drawn, draw)
}

function byOwner<T extends TwinCandidate>(candidates: readonly T[]): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>()
  for (const candidate of candidates) {
    const group = candidate.owner ?? candidate.network ?? candidate.miner
    const known = groups.get(group)
    if (known === undefined) groups.set(group, [candidate])
    else known.push(candidate)
  }
  return [...groups.values()]
}

const isApart = (candidate: Known, other: Known): boolean =>
  candidate.miner !== other.miner &&
  (candidate.owner === undefined || candidate.owner !== other.owner) &&
  (candidate.network === undefined || candidate.network !== other.network)

const pick = <T>(items: readonly T[], draw: () => number): T | undefined => items[Math.floor(draw() * items.length)]
