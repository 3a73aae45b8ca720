import { describe, expect, it } from 'vitest'
import type { NetworkModel } from '../../../node/client/finding/network-models.ts'
import { KnownModels } from '../../../node/gateway/known-models.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { modelId } from '../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const named = (name: string, id: string): NetworkModel => ({
  id: modelId(id),
  name,
  bytes: 1,
  inputs: [],
  outputs: [],
  miners: [],
})
const [letters, digits] = [named('letters', 'baf-letters'), named('digits', 'baf-digits')]
const never = new AbortController().signal

/** A client that counts how often it searches, and lists what it is told to. */
class Searcher {
  list: readonly NetworkModel[] = [letters, digits]
  late: readonly NetworkModel[] = []
  searches = 0
  failure: MeshError | undefined
  readonly models = async (): Promise<readonly NetworkModel[]> => {
    this.searches++
    if (this.failure !== undefined) throw this.failure
    return this.list
  }
  readonly lateModels = async (): Promise<readonly NetworkModel[]> => [...this.list, ...this.late]
}

function known() {
  const [client, clock] = [new Searcher(), new ManualClock()]
  const models = new KnownModels(client, clock, never)
  const find = (model: string, version?: string) => models.find({ model, version }, never)
  return { client, clock, models, find }
}

describe('models that a gateway knows', () => {
  it('are searched for once, however many names are asked for, and at once', async () => {
    const { client, find } = known()
    const found = await Promise.all([find('letters'), find('digits'), find('baf-digits'), find('letters')])
    expect(found).toEqual([letters, digits, digits, letters])
    expect(client.searches).toBe(1)
  })

  it('are renewed behind the requests for ten minutes, and before them afterwards', async () => {
    const { client, clock, find } = known()
    await find('letters')
    const newer = named('letters', 'baf-newer')
    client.list = [newer]
    clock.advance(30_000)
    expect(await find('letters')).toBe(letters)
    expect(client.searches).toBe(2)
    expect(await find('letters')).toBe(newer)
    client.list = [letters]
    clock.advance(600_000)
    expect(await find('letters')).toBe(letters)
    expect(client.searches).toBe(3)
  })

  it('are kept while a renewal fails', async () => {
    const { client, clock, find } = known()
    await find('letters')
    client.failure = new MeshError('NO_PEERS', { network: 'local' })
    clock.advance(60_000)
    expect(await find('letters')).toBe(letters)
    expect(await find('letters')).toBe(letters)
    clock.advance(600_000)
    await expect(find('letters')).rejects.toMatchObject({ code: 'NO_PEERS' })
  })

  it('are renewed before the next request where a job found no miner', async () => {
    const { client, models, find } = known()
    await find('letters')
    client.list = [named('letters', 'baf-newer')]
    models.doubt()
    expect(await find('letters')).toMatchObject({ id: 'baf-newer' })
  })

  it('that nobody has are searched for again once a second, not with every request', async () => {
    const { client, clock, find } = known()
    for (let i = 0; i < 5; i++) await expect(find('nosuch')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' })
    expect(client.searches).toBe(1)
    clock.advance(1_000)
    client.list = [named('nosuch', 'baf-new')]
    expect(await find('nosuch')).toMatchObject({ id: 'baf-new' })
    expect(client.searches).toBe(2)
  })

  it('may be known to a slow directory alone', async () => {
    const { client, find } = known()
    client.late = [named('late', 'baf-late')]
    expect(await find('late')).toMatchObject({ id: 'baf-late' })
  })

  it('of one name are told apart by their version, which is the id', async () => {
    const { client, find } = known()
    const other = named('letters', 'baf-other')
    client.list = [letters, other, named('baf-other', 'baf-liar')]
    await expect(find('letters')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN', hint: expect.stringContaining('id') })
    expect(await find('letters', 'baf-other')).toBe(other)
    expect(await find('baf-other')).toBe(other)
    await expect(find('digits', 'baf-other')).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: expect.stringContaining('digits with the version baf-other'),
    })
  })

  it('are not waited for by who has gone, and still found for the others', async () => {
    const { client, models, find } = known()
    const gone = new AbortController()
    const [left, stayed] = [models.find({ model: 'letters', version: undefined }, gone.signal), find('letters')]
    gone.abort(new MeshError('CANCELLED'))
    await expect(left).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await stayed).toBe(letters)
    expect(client.searches).toBe(1)
  })
})
