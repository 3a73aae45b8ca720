import { expect, it } from 'vitest'
import { EventBus } from '../../../../node/events/event-bus.ts'
import { standbyOf } from '../../../../node/roles/client/standby.ts'
import { RecordedMachine } from '../../../support/recordings/recorded-machine.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const { signal } = new AbortController()

function scene(said: string | undefined) {
  const clock = new ManualClock()
  const line = { said }
  const machine = new RecordedMachine({ tools: { busctl: () => line.said ?? 'absent' } }, clock)
  const bus = new EventBus(clock, { wants: () => false, write: () => undefined })
  const standby = standbyOf({ clock, bus, settings: { standbyMiners: 3 } }, { release: () => undefined }, machine)
  return { clock, line, machine, mayKeep: () => standby.mayKeep(signal) }
}

it.each([
  ['paid by what goes over it', 'u 1', false],
  ['guessed to be', 'u 3', false],
  ['free', 'u 2', true],
  ['of a system that does not say', undefined, true],
])('on a line that is %s connections are kept ready or not', async (_, said, may) => {
  expect(await scene(said).mayKeep()).toBe(may)
})

it('the system is asked again after half a minute, and no sooner', async () => {
  const { clock, line, machine, mayKeep } = scene('u 2')
  expect(await mayKeep()).toBe(true)
  line.said = 'u 1'
  clock.advance(29_999)
  expect(await mayKeep()).toBe(true)
  expect(machine.runs).toHaveLength(1)
  clock.advance(1)
  expect(await mayKeep()).toBe(false)
})
