import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EventBus } from '../../../../node/events/event-bus.ts'
import type { NodeEvent } from '../../../../node/events/node-event.ts'
import { Simulated } from '../../../../node/gpu/simulated/simulated.ts'
import { SimulatedCard } from '../../../../node/gpu/simulated/simulated-card.ts'
import { NodeCards } from '../../../../node/roles/miner/cards.ts'
import { restoreLimits, startLimits } from '../../../../node/roles/miner/power-limits.ts'
import { Parts } from '../../../../node/roles/parts.ts'
import { systemClock } from '../../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../../node/storage/data-folder.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

/** What a node does at its start, with what a run before it has left. */
async function startedWith(left: string, isMiner = true) {
  const card = new SimulatedCard({ key: 'simulated/1', clock: systemClock })
  card.limitTo(180)
  const events: NodeEvent[] = []
  const bus = new EventBus(systemClock, { wants: () => false, write: () => undefined })
  bus.listen(({ event }) => events.push(event))
  const running = await Parts.start({ clock: systemClock, onEvent: () => undefined }, async (parts) => {
    const folder = await parts.start('data folder', () => DataFolder.open(temporaryFolder(), { clock: systemClock }))
    writeFileSync(folder.file('powerLimits'), left)
    const cards = await parts.start('cards', () => new NodeCards(bus, [new Simulated([card])]))
    const needs = [parts, { clock: systemClock, bus, folder }, { cards, timeScale: 1 }] as const
    const limits = isMiner ? await startLimits(...needs) : await restoreLimits(...needs)
    if (isMiner) cards.begin()
    return { limits, kept: () => readFileSync(folder.file('powerLimits'), 'utf8') }
  })
  return { card, events, ...running.value, [Symbol.asyncDispose]: () => running.stop() }
}
const left = { version: 1, limits: [{ card: 'simulated/1', earlierW: 260, ours: [200, 180] }] }

test('limits that a killed run has left are put back as soon as their cards are found, budget or not', async () => {
  await using node = await startedWith(JSON.stringify(left))
  await expect.poll(() => node.card.limitW).toBe(260)
  await expect.poll(() => JSON.parse(node.kept())).toEqual({ version: 1, limits: [] })
  expect(node.events).toContainEqual({
    kind: 'power:limit',
    card: 'card 1 (simulated card)',
    limitW: 260,
    change: 'put back',
  })
})

test('limits are put back also by a node that rents nothing out any more, which looks for cards only then', async () => {
  await using node = await startedWith(JSON.stringify(left), false)
  await expect.poll(() => node.card.limitW).toBe(260)
  await using other = await startedWith(JSON.stringify({ version: 1, limits: [] }), false)
  expect([other.card.limitW, other.events]).toEqual([180, []])
  await using damaged = await startedWith('{', false)
  expect(damaged.events).toContainEqual(expect.objectContaining({ kind: 'trouble' }))
})

test('where it cannot be read what was left, its owner is told, and no limit is set on top', async () => {
  await using node = await startedWith('{"version":1,"limits":[{"card":')
  expect([node.limits, node.card.limitW]).toEqual([undefined, 180])
  expect(node.events).toContainEqual(
    expect.objectContaining({ kind: 'trouble', error: expect.objectContaining({ code: 'DATA_FOLDER_DAMAGED' }) }),
  )
})
