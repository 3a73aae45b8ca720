/** Why a miner was chosen, in one line. */
import type { ChosenBecause } from '../client/miner-choice.ts'
import { durationText } from './durations.ts'
import { amountOf } from './numbers.ts'
import { chanceText, reasonText, sourceText } from './quote-explain.ts'
import { shortHex } from './short-hex.ts'

export function chosenText({ reason, chance, weighed, fitting, ...because }: ChosenBecause): string {
  const among =
    fitting === weighed ? amountOf(weighed, 'miner') : `${fitting} of ${amountOf(weighed, 'miner')} that fit`
  const about = `about ${durationText(because.estimatedMs)}, ${sourceText[because.latencySource]}`
  const score = because.score === undefined ? 'no score yet' : `score ${because.score.toFixed(2)}`
  const { next } = because
  const behind = next?.behindIn === undefined ? '' : ` by its ${next.behindIn}`
  const before = next === undefined ? '' : `; before ${shortHex(next.miner)}${behind}`
  return `${reasonText[reason]}, ${chanceText(chance)} of ${among}; ${about}; ${score}${before}`
}
