import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodeMethods } from '../../../node/control/methods/node-methods.ts'
import { SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, jobNetwork } from '../../support/nodes/job-network.ts'

const TIME_SCALE = 20

test('a miner keeps its cards within the budget by their limits, serves meanwhile, and puts the limits back when it stops', async () => {
  const cards = ['1', '2', '3'].map(
    (name) => new SimulatedCard({ key: `simulated/${name}`, clock: systemClock, timeScale: TIME_SCALE }),
  )
  cards[2]!.breaks({ limit: 'refused' })
  {
    await using mesh = await jobNetwork(
      { identity: identityModel('uint8', ['n']) },
      {
        miners: [{ powerMax: '450', powerLimits: 'on' }],
        cards: { each: [cards], timeScale: TIME_SCALE },
      },
    )
    const node = mesh.net.miners[0]!
    const { dataFolder } = node.settings
    const call = (method: 'gpu' | 'status') =>
      nodeMethods(node, () => undefined)[method]({}, { signal: new AbortController().signal, emit: async () => {} })
    await expect.poll(() => cards.slice(0, 2).every(({ limitW }) => limitW < 250)).toBe(true)
    const limitsW = cards.reduce((sum, { limitW }) => sum + limitW, 0)
    // The third can be kept by load only, and gets what the limits of the others leave.
    expect(limitsW - 300).toBeLessThanOrEqual(450)
    expect(JSON.parse(readFileSync(join(dataFolder, 'power-limits.json'), 'utf8'))).toMatchObject({
      limits: [{ earlierW: 300 }, { earlierW: 300 }],
    })
    const power = { budgetW: 450, cards: cards.map(({ facts: { key } }) => ({ key })) }
    expect(await call('status')).toMatchObject({ power, troubles: [{ code: 'POWER_LIMIT' }] })
    expect(await call('gpu')).toMatchObject({ power })
    const answer = await mesh.net.client.client!.infer({ model: mesh.id('identity'), inputs: [bytesInput(16)] })
    expect(answer.attempts).toBe(1)
    expect(node.miner!.power!.report().cards.reduce((sum, { shareW }) => sum + shareW, 0)).toBeLessThanOrEqual(450.5)
  }
  expect(cards.map(({ limitW }) => limitW)).toEqual([300, 300, 300])
}, 60_000)
