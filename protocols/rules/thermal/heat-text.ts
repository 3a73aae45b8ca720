/** Why the heat of a card holds work back, for people: with the figure and with what ends it. */
import type { HeatSensor } from '../cards/card-reading.ts'
import { type HeatStep, HYSTERESIS_C } from './heat-ladder.ts'
import type { Judgement } from './judge-sensor.ts'

const WHERE: Readonly<Record<HeatSensor, string>> = { edge: 'core', hotspot: 'hot spot', memory: 'memory' }

/** @param judged what each sensor asks for; none where the card has none */
export function heatText(
  step: HeatStep,
  judged: readonly Judgement[],
  { isThrottled, isRising }: { readonly isThrottled: boolean; readonly isRising: boolean },
): string {
  const doubted = judged.find(({ state }) => state.trust !== 'answers')
  if (doubted !== undefined) return doubtText(doubted, step)
  const gravest = judged.find((each) => each.step === step) ?? hottest(judged)
  if (gravest === undefined) {
    return isThrottled ? 'the card has no sensor and slows itself down for heat' : 'the card has no sensor'
  }
  if (isThrottled && gravest.step !== step && step !== 'off') return 'the card slows itself down for heat'
  return `${temperatureText(gravest)}: ${effectText(gravest, step, isRising)}`
}

function doubtText({ sensor, state: { trust } }: Judgement, step: HeatStep): string {
  const what = trust === 'silent' ? 'does not answer' : 'shows one value under changing load'
  const effect = step === 'off' ? 'jobs were ended' : 'that counts as hot'
  return `the sensor of the ${WHERE[sensor]} ${what}: ${effect}`
}

function temperatureText({ sensor, state: { course }, celsius }: Judgement): string {
  const now = Math.round(course.smoothedC)
  const ahead = Math.round(celsius)
  return `${now} C at the ${WHERE[sensor]}${ahead > now ? `, ${ahead} C in 30 s` : ''}`
}

function effectText({ ladder, celsius }: Judgement, step: HeatStep, isRising: boolean): string {
  switch (step) {
    case 'off':
      return `jobs end at ${ladder.offC} C, back after a minute below ${ladder.backC} C`
    case 'critical':
      return held('drains', ladder.criticalC, celsius)
    case 'hot':
      return held('no new jobs', ladder.hotC, celsius)
    case 'warm':
      return `warm from ${ladder.warmC} C`
    case 'normal':
      return isRising ? 'the load rises slowly' : 'good'
  }
}

const held = (what: string, fromC: number, celsius: number): string =>
  celsius >= fromC ? `${what} from ${fromC} C` : `${what} until below ${fromC - HYSTERESIS_C} C`

const hottest = (judged: readonly Judgement[]): Judgement | undefined =>
  judged.toSorted((one, other) => one.ladder.hotC - one.celsius - (other.ladder.hotC - other.celsius))[0]
