/** Whether the cards can be kept within the owner's budget of watts, and by what. */

import { asMeshError, type MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import { publishedPower } from '../care/power/published-power.ts'
import type { Settings } from '../config/settings.ts'
import { allBackends } from '../gpu/all-backends.ts'
import { CardMonitor, type WatchedCard } from '../gpu/card-monitor.ts'
import { detectCards } from '../gpu/detect-cards.ts'
import type { GpuBackend } from '../gpu/gpu-backend.ts'
import { SystemMachine } from '../gpu/system-machine.ts'
import { systemClock } from '../roles/system-clock.ts'
import { type Check, type Finding, ok, warn } from './check.ts'

export interface PowerCheckNeeds {
  readonly settings: Pick<Settings, 'powerMax' | 'powerLimits'>
  /** A node runs, and sets limits itself: nobody comes between. */
  readonly isRunning: boolean
  /** Those of this machine unless given. */
  readonly backends?: readonly GpuBackend[]
}

export const powerCheck = ({ settings: { powerMax, powerLimits }, isRunning, backends }: PowerCheckNeeds): Check => ({
  name: 'power',
  async run(signal) {
    if (powerMax === undefined) {
      return powerLimits === 'off'
        ? ok('no budget')
        : warn('power limits may be set, and there is no budget to share', 'Set one: aitbc config set powerMax <watts>')
    }
    const asked = backends ?? allBackends(new SystemMachine(systemClock))
    const { cards } = await detectCards(asked, systemClock, { signal })
    await using monitor = new CardMonitor({ backends: asked, cards, clock: systemClock })
    const seen = monitor.cards().filter(({ facts }) => facts.form !== 'cpu')
    const silent = seen.filter(tellsNothing)
    if (silent.length > 0) {
      const counted = silent.map((card) => `${nameOf(card)} with ${publishedPower(card.facts).worstW} W`).join(', ')
      return warn(
        `a budget of ${powerMax} W; nobody knows what these draw, and they are counted with the most of their kind: ${counted}`,
        'Install the tool of the maker, or the current driver: see aitbc gpu --why.',
      )
    }
    const budget = `a budget of ${powerMax} W`
    if (powerLimits === 'off') return ok(`${budget}, kept by load`)
    return isRunning
      ? ok(`${budget}; the running node says by what it is kept: aitbc gpu`)
      : tried(monitor, seen, budget, signal)
  },
})

const nameOf = ({ facts: { name, vendor } }: WatchedCard): string => name ?? `a card of ${vendor ?? 'an unknown maker'}`

/** Neither it nor its driver nor the catalogue. */
function tellsNothing({ facts, readings }: WatchedCard): boolean {
  const { powerW, powerLimitW } = readings.at(-1) ?? {}
  const known = [powerW, powerLimitW, facts.limits.powerWDefault, facts.limits.powerWMax, publishedPower(facts).tdpW]
  return known.every((each) => each === undefined)
}

/** Sets each limit to what it is: it changes nothing, and shows who may. */
async function tried(
  monitor: CardMonitor,
  cards: readonly WatchedCard[],
  budget: string,
  signal: AbortSignal,
): Promise<Finding> {
  const able = cards.filter(({ facts }) => monitor.canLimit(facts.key))
  const failures: MeshError[] = []
  for (const { facts } of able) {
    try {
      await monitor.setPowerLimit(facts.key, await monitor.powerLimit(facts.key, signal), signal)
    } catch (error) {
      throwIfAborted(signal)
      failures.push(asMeshError(error))
    }
  }
  const [first] = failures
  if (first !== undefined) return warn(`${budget}, kept by load: ${first.message}`, first.hint)
  if (able.length === 0) return ok(`${budget}, kept by load: no card here takes a limit`)
  if (able.length < cards.length) {
    const others = cards.filter((card) => !able.includes(card)).map(nameOf)
    return ok(`${budget}, kept by limits; by load: ${others.join(', ')}`)
  }
  return ok(`${budget}, kept by the limits of the cards`)
}
