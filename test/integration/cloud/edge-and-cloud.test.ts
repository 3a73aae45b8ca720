/** A client whose cloud is the gateway of another network: edge first, the cloud when the job allows it, and never silently. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer, InferOptions } from '../../../node/client/running/infer-options.ts'
import type { CloudAnswer } from '../../../node/client/running/venues.ts'
import { statusOf } from '../../../node/control/methods/status-method.ts'
import type { NodeEvent } from '../../../node/events/node-event.ts'
import { apiKeyPath } from '../../../node/gateway/api-key.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { wireOf } from '../../../protocols/kernel/error-projections.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { floats, floatsIn } from '../../support/engines/tensor-of.ts'
import { type CloudHandler, type CloudServer, cloudServer, sendJson } from '../../support/nodes/cloud-server.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'
import { HostileMiner, type JobLie } from '../../support/nodes/hostile-miner.ts'
import { InferenceClient } from '../../support/nodes/inference-client.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

const SECRET = 'cloud-token-that-nobody-may-see'
const input = floats('x', [3], [1, 2.5, -3])

let far: GatewayNetwork
/** Everything for the far gateway goes through it, so that a test can count and change it. */
let proxy: CloudServer
let edge: JobNetwork
let node: RunningNode
let events: NodeEvent[]

const forward: CloudHandler = async ({ method, path, headers, body }, response) => {
  const kept = ['content-type', 'inference-header-content-length'].flatMap((name) =>
    typeof headers[name] === 'string' ? [[name, headers[name]] as const] : [],
  )
  const answer = await fetch(`${far.url}${path}`, {
    method,
    headers: { ...Object.fromEntries(kept), authorization: `Bearer ${far.key}` },
    ...(method === 'POST' ? { body } : {}),
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(bytes)
}

beforeAll(async () => {
  far = await gatewayNetwork({ floats: identityModel('float32', ['n']) })
  proxy = await cloudServer(forward)
  edge = await jobNetwork(
    { bytes: identityModel('uint8', ['n']) },
    { client: async () => ({ gateway: 0, ...cloudSettings() }) },
  )
  node = edge.net.client
  events = []
  node.bus.listen(({ event }) => void events.push(event))
})
afterAll(async () => {
  await edge[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
  await far[Symbol.asyncDispose]()
})
beforeEach(() => {
  proxy.handle(forward)
  ;(proxy.requests as unknown[]).length = 0
  events.length = 0
})

function cloudSettings(): Readonly<Record<string, unknown>> {
  const path = join(far.net.folder, 'cloud-token')
  writeFileSync(path, `${SECRET}\n`, { mode: 0o600 })
  return {
    cloudUrl: proxy.url,
    cloudName: 'far cloud',
    cloudModels: `${far.id('floats')}=floats@${far.id('floats')}`,
    cloudCredential: `file:${path}`,
    cloudPrice: '0.002',
    cloudBudget: '0.05',
  }
}

const infer = (more: Partial<InferOptions> = {}): Promise<Answer | CloudAnswer> =>
  node.client!.infer({ model: far.id('floats'), inputs: [input], cloud: 'fallback', ...more })
const posts = (): number => proxy.requests.filter(({ method }) => method === 'POST').length
const told = (kind: NodeEvent['kind']): readonly NodeEvent[] => events.filter((event) => event.kind === kind)
const cloudModel = () => far.model('floats')

describe('a job that no miner of its network can run', () => {
  test('is answered by the cloud where it allows that, and story, events and status say so', async () => {
    const answer = await infer()
    expect(answer).toMatchObject({
      venue: 'cloud',
      provider: 'far cloud',
      served: `floats@${far.id('floats')}`,
      why: 'no-offer-fits',
      price: 2_000n,
      attempts: 0,
      fallBack: false,
      isCut: false,
    })
    expect(floatsIn(answer.outputs[0]!)).toEqual([1, 2.5, -3])
    expect(proxy.requests.every(({ headers }) => headers.authorization === `Bearer ${SECRET}`)).toBe(true)
    expect(node.client!.stories.find(answer.job)).toMatchObject({
      state: 'answered',
      attempts: [],
      cloud: { provider: 'far cloud', state: 'answered', price: '2000', why: 'no-offer-fits' },
    })
    expect(told('cloud:asked')).toMatchObject([{ job: answer.job, provider: 'far cloud', priceMax: 2_000n }])
    expect(told('request:cloud-answered')).toMatchObject([{ job: answer.job, price: 2_000n }])
    const status = statusOf(node, Date.now())
    expect(status.requests.cloud).toBe(1)
    expect(status.cloud).toMatchObject({ provider: 'far cloud', spent: 2_000n, budget: 50_000n })
  })

  test('is nobody’s without its consent, nor where it is sensitive, and the cloud hears of neither', async () => {
    await expect(node.client!.infer({ model: far.id('floats'), inputs: [input] })).rejects.toMatchObject({
      code: 'NO_MINER',
    })
    await expect(infer({ sensitive: true })).rejects.toMatchObject({
      code: 'NO_VENUE',
      facts: { cloud: 'a sensitive job never leaves the edge' },
    })
    await expect(node.client!.findModel(far.id('floats'))).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' })
    expect(proxy.requests).toEqual([])
    expect(told('cloud:asked')).toEqual([])
  })

  test('does not go there above its ceiling, and is told what came closest', async () => {
    await expect(infer({ priceMax: credits(1_999) })).rejects.toMatchObject({
      code: 'NO_VENUE',
      facts: { cloud: 'it may cost 0.002, and the ceiling is 0.001999', closest: 'the cloud for 0.002' },
    })
    expect(proxy.requests).toEqual([])
  })
})

describe('programs at the gateway', () => {
  const program = (): InferenceClient =>
    new InferenceClient(node.gateway!.url, readFileSync(apiKeyPath(node.settings.dataFolder), 'utf8').trim())
  const request = (parameters: object): object => ({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [2], data: [1, 2] }],
    parameters,
  })
  const path = (): string => `/v2/models/${far.id('floats')}/infer`

  test('hear of a cloud only where they ask for it, and which it was', async () => {
    const refused = await program().infer(path(), request({}))
    expect(refused.status).toBe(404)
    expect(proxy.requests).toEqual([])
    const kept = await program().infer(path(), request({ cloud: 'fallback', sensitive: true }))
    expect(kept.status).toBe(404)
    expect(proxy.requests).toEqual([])
    const { status, body } = await program().infer(path(), request({ cloud: 'often' }))
    expect({ status, error: body.error }).toMatchObject({ status: 400, error: expect.stringContaining('"cloud"') })
    const { headers, body: answer } = await program().infer(path(), request({ cloud: 'fallback' }))
    expect(answer.outputs).toMatchObject([{ datatype: 'FP32', shape: [2], data: [1, 2] }])
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-mesh-venue': 'cloud',
      'x-mesh-provider': 'far cloud',
      'x-mesh-fall-back': 'none',
      'x-mesh-cost': '0.002',
    })
    expect(headers.has('x-mesh-miner')).toBe(false)
  })
})

/** Another client of the same network, whose cloud nothing has happened to yet. */
const newClient = (name: string, own: Readonly<Record<string, unknown>> = {}): Promise<RunningNode> =>
  edge.net.add(name, { roles: ['client'], listen: [], ...cloudSettings(), ...own })

describe('a cloud', () => {
  test('that lies about its model is not believed, may have cost something, and is left alone for a while', async () => {
    await using client = await newClient('deceived')
    const failures: NodeEvent[] = []
    client.bus.listen(({ event }) => {
      if (event.kind === 'cloud:failed') failures.push(event)
    })
    const outputs = [{ name: 'y', datatype: 'FP32', shape: [1], data: [1] }]
    proxy.handle((_, response) => sendJson(response, { model_name: 'cheaper', outputs, extensions: [] }))
    const job = { model: far.id('floats'), inputs: [input], cloud: 'fallback' } as const
    await expect(client.client!.infer(job)).rejects.toMatchObject({
      code: 'NO_VENUE',
      facts: { cloud: expect.stringContaining('answered with cheaper') },
    })
    expect(failures).toMatchObject([{ mayCost: 2_000n, error: { code: 'CLOUD_OTHER_MODEL' } }])
    expect(client.cloud!.budget.today().spent).toBe(2_000n)
    proxy.handle(forward)
    await expect(client.client!.infer(job)).rejects.toMatchObject({
      facts: { cloud: expect.stringContaining('left alone') },
    })
    expect(posts()).toBe(1)
  })

  test('or whose credential is gone costs nothing, and no node its start', async () => {
    await using client = await newClient('forgetful', { cloudCredential: 'file:/nonexistent/token' })
    expect(client.state().troubles).toMatchObject([{ code: 'CLOUD_CREDENTIAL' }])
    const job = { model: far.id('floats'), inputs: [input], cloud: 'fallback' } as const
    await expect(client.client!.infer(job)).rejects.toMatchObject({ code: 'CLOUD_CREDENTIAL' })
    expect(client.cloud!.budget.today().spent).toBe(0n)
    expect(proxy.requests).toEqual([])
  })

  test('or never answers is given up with the job, and may have cost something', async () => {
    await using client = await newClient('patient')
    const job = new AbortController()
    proxy.handle(({ method }, response) => {
      if (method === 'POST') job.abort()
      else sendJson(response, {})
    })
    const wish = { model: far.id('floats'), inputs: [input], cloud: 'fallback', signal: job.signal } as const
    await expect(client.client!.infer(wish)).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(client.cloud!.budget.today()).toMatchObject({ spent: 2_000n, reserved: 0n })
  })
})

describe('a job whose miners fail', () => {
  const aborts: JobLie = async function* (run, miner) {
    const error = wireOf('ENGINE_CRASHED')
    yield { kind: 'aborted', attempt: miner.attemptOf(run), cause: 'error', error, detail: 'gone' }
  }

  test('is answered at the edge where the second can, and goes to the cloud after two', async () => {
    await using first = await HostileMiner.start(edge.net, { model: cloudModel(), price: 100n })
    await using second = await HostileMiner.start(edge.net, { model: cloudModel(), price: 200n })
    await using client = await newClient('unlucky')
    const run = (): Promise<Answer | CloudAnswer> =>
      client.client!.infer({ model: far.id('floats'), inputs: [input], cloud: 'fallback' })
    first.job = aborts
    await client.client!.search(far.id('floats'))
    expect(await run()).toMatchObject({ venue: 'edge', miner: second.address, attempts: 2, fallBack: true })
    expect(proxy.requests).toEqual([])
    second.job = aborts
    const answer = await run()
    expect(answer).toMatchObject({ venue: 'cloud', why: 'failovers', attempts: 2, price: 2_000n })
    expect(client.client!.stories.find(answer.job)).toMatchObject({
      attempts: [{ state: 'aborted' }, { state: 'aborted' }],
      cloud: { state: 'answered', why: 'failovers' },
    })
  })
})
