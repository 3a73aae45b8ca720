import { describe, expect, it, onTestFinished } from 'vitest'
import type { Settings } from '../../../../node/config/settings.ts'
import type { Engine } from '../../../../node/engines/engine.ts'
import type { EngineSeat } from '../../../../node/engines/seat.ts'
import { EventBus } from '../../../../node/events/event-bus.ts'
import type { NodeEvent } from '../../../../node/events/node-event.ts'
import type { Foundation } from '../../../../node/roles/foundation.ts'
import { openModels } from '../../../../node/roles/miner/open-models.ts'
import type { Content } from '../../../../node/roles/network/content.ts'
import { Parts } from '../../../../node/roles/parts.ts'
import { systemClock } from '../../../../node/roles/system-clock.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { ModelFolder } from '../../../support/engines/model-folder.ts'
import { identityModel } from '../../../support/engines/onnx-models.ts'
import { ScriptedSession } from '../../../support/engines/scripted-session.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'

class Counted extends ScriptedSession {
  static open = 0
  constructor(kernelClass: string) {
    super(kernelClass)
    Counted.open++
  }
  override async [Symbol.asyncDispose](): Promise<void> {
    Counted.open--
    await super[Symbol.asyncDispose]()
  }
}

const seat = (card: string, kernelClass: string | undefined): EngineSeat => ({
  card,
  facts: { key: card, name: `card ${card}`, seenBy: [], platforms: {}, limits: {} },
  engine: {
    name: 'scripted',
    version: '1',
    open: async () => {
      if (kernelClass === undefined) throw new MeshError('ENGINE_MEMORY', { model: 'm', max: 1 })
      return new Counted(kernelClass)
    },
    [Symbol.asyncDispose]: async () => undefined,
  } satisfies Engine,
})

async function opened(seats: readonly EngineSeat[]) {
  const folder = new ModelFolder()
  onTestFinished(() => folder[Symbol.dispose]())
  const bus = new EventBus(systemClock, { wants: () => false, write: () => undefined })
  const events: NodeEvent[] = []
  bus.listen(({ event }) => events.push(event))
  const settings = {
    models: [folder.add('identity', identityModel('uint8', ['n'])).path],
    basePrice: credits(1_000),
    priceStrategy: 'auto',
    sharedRuns: 'off',
    engineMemoryMax: 2 ** 30,
    engineThreads: 1,
  } as unknown as Settings
  const content = { lend: () => ({ [Symbol.dispose]: () => undefined }), store: { find: () => undefined } }
  const base = { settings, crypto, bus, clock: systemClock } as unknown as Foundation
  const running = await Parts.start({ clock: systemClock, onEvent: () => undefined }, (parts) =>
    openModels(parts, base, content as unknown as Content, seats, false),
  )
  return { models: running.value, events, stop: () => running.stop() }
}

const A = 'scripted/1/cuda/int8/nvidia-8.9'
const B = 'scripted/1/cuda/int8/nvidia-7.5'

describe('a miner’s models', () => {
  it('are opened on every seat, and the table names all of their kernel classes', async () => {
    const { models, stop } = await opened([seat('a', A), seat('b', B), seat('c', A)])
    const [model] = models.all()
    expect(model!.seats.map(({ card }) => card)).toEqual(['a', 'b', 'c'])
    expect(model!.table).toMatchObject({ kernelClass: A, otherClasses: [B] })
    await stop()
    expect(Counted.open).toBe(0)
  })

  it('are served by the others where one seat cannot load them, which is told', async () => {
    const { models, events, stop } = await opened([seat('a', undefined), seat('b', B)])
    const [model] = models.all()
    expect(model!.seats.map(({ card }) => card)).toEqual(['b'])
    expect(model!.table.kernelClass).toBe(B)
    expect(model!.table).not.toHaveProperty('otherClasses')
    expect(events.filter(({ kind }) => kind === 'seat:out')).toMatchObject([
      { card: 'card a', error: { code: 'ENGINE_MEMORY' } },
    ])
    await stop()
  })

  it('keep the node from starting where no seat can load one', async () => {
    await expect(opened([seat('a', undefined), seat('b', undefined)])).rejects.toMatchObject({ code: 'ENGINE_MEMORY' })
    expect(Counted.open).toBe(0)
  })
})
