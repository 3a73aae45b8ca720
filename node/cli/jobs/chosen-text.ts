/** Why a miner was chosen, in one line. */
import type { ChosenBecause } from '../../client/choosing/miner-choice.ts'
import { durationText } from '../screen/durations.ts'
import { amountOf } from '../screen/numbers.ts'
import { shortHex } from '../screen/short-hex.ts'
import { chanceText, reasonText, sourceText } from './quote-explain.ts'

export function chosenText({ reason, chance, weighed, fitting, ...because }: ChosenBecause): string {
  const among =
    fitting === weighed ? amountOf(weighed, 'miner') : `${fitting} of ${amountOf(weighed, 'miner')} that fit`
  const about = `about ${durationText(because.estimatedMs)} (${sourceText[because.latencySource]})`
  const score = because.score === undefined ? 'no score yet' : `score ${because.score.toFixed(2)}`
  const { next } = because
  const by = next?.behindIn === undefined ? '' : ` by ${next.behindIn}`
  const ahead = next === undefined ? '' : `; ahead of ${shortHex(next.miner)}${by}`
  return `${reasonText[reason]}, among ${among}, by a chance of ${chanceText(chance)}; ${about}, ${score}${ahead}`
}
