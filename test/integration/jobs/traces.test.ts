import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobEvent } from '../../../node/client/running/job-runner.ts'
import type { EventOf } from '../../../node/events/node-event.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { features } from '../../../protocols/kernel/features.ts'
import { parseTraceparent } from '../../../protocols/kernel/trace-context.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'
import { HostileMiner } from '../../support/nodes/hostile-miner.ts'
import { bytesInput } from '../../support/nodes/job-network.ts'
import { testClient } from '../../support/nodes/test-client.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`

let mesh: GatewayNetwork
beforeAll(async () => {
  mesh = await gatewayNetwork({ bytes: identityModel('uint8', ['n']) }, { miners: [{}, {}] })
})
afterAll(() => mesh[Symbol.asyncDispose]())

type Accepted = EventOf<'job:accepted'>

/** The jobs that these nodes take from now on. */
function acceptedBy(...nodes: readonly RunningNode[]): { readonly jobs: readonly Accepted[] } & Disposable {
  const jobs: Accepted[] = []
  const stops = nodes.map(({ bus }) =>
    bus.listen(({ event }) => void (event.kind === 'job:accepted' && jobs.push(event))),
  )
  return {
    jobs,
    [Symbol.dispose]: () => {
      for (const stop of stops) stop[Symbol.dispose]()
    },
  }
}

describe('a miner is told of a trace', () => {
  test('where the application brings one, which its story, its answer and the events of the node then name', async () => {
    using heard = acceptedBy(...mesh.net.miners)
    const client = mesh.net.client.client!
    const answer = await client.infer({ model: mesh.id('bytes'), inputs: [bytesInput(4)], traceparent: PARENT })
    expect(answer.traceId).toBe(TRACE)
    expect(client.stories.find(answer.job)).toMatchObject({ traceId: TRACE })
    expect(heard.jobs).toMatchObject([{ attempt: answer.attempt, traceId: TRACE }])
  })

  test('where it asks for a new one, of which every attempt is a span of its own', async () => {
    await using busy = await HostileMiner.start(mesh.net, { model: mesh.model('bytes') })
    await busy.publish({ features: features.jobHeader })
    busy.job = async function* () {
      yield { kind: 'refused', reason: 'BUSY', detail: '', retryAfterMs: 0, offer: undefined }
    }
    await using user = await testClient(mesh.net)
    using heard = acceptedBy(...mesh.net.miners)
    const events: JobEvent[] = []
    const onEvent = (event: JobEvent): void => void events.push(event)
    const answer = await user.client.infer({ model: mesh.id('bytes'), inputs: [bytesInput(4)], trace: true, onEvent })
    expect(answer).toMatchObject({ attempts: 2, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) })
    const [job] = events.flatMap((event) => (event.kind === 'started' ? [event.span!] : []))
    const spans = events.flatMap((event) => (event.kind === 'trying' ? [event.span!] : []))
    expect(job).toEqual({ traceId: answer.traceId, spanId: expect.any(String), sampled: true })
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([job!.spanId, job!.spanId])
    expect(spans[0]!.spanId).not.toBe(spans[1]!.spanId)
    expect(parseTraceparent(busy.runs[0]!.header!.traceparent!)).toEqual({
      traceId: answer.traceId,
      spanId: spans[0]!.spanId,
      sampled: true,
    })
    expect(heard.jobs).toMatchObject([{ attempt: answer.attempt, traceId: answer.traceId }])
  })

  test('by a program that asks the gateway with a traceparent; its tracestate stays here', async () => {
    using heard = acceptedBy(...mesh.net.miners)
    const x = { name: 'x', datatype: 'UINT8', shape: [1], data: [1] }
    const response = await fetch(`${mesh.url}/v2/models/bytes/infer`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${mesh.key}`,
        'content-type': 'application/json',
        traceparent: PARENT,
        tracestate: 'congo=t61rcWkgMzE',
      },
      body: JSON.stringify({ inputs: [x] }),
    })
    expect(response.status).toBe(200)
    expect(heard.jobs).toMatchObject([{ traceId: TRACE }])
    expect(mesh.net.client.client!.stories.find(response.headers.get('x-mesh-job')!)).toMatchObject({ traceId: TRACE })
  })
})

describe('no miner is told of a trace', () => {
  test.each([
    ['where nobody asked for one', {}],
    ['where what the application brings is malformed', { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` }],
  ])('%s, and the job runs', async (_, trace) => {
    await using user = await testClient(mesh.net)
    using heard = acceptedBy(...mesh.net.miners)
    const answer = await user.client.infer({ model: mesh.id('bytes'), inputs: [bytesInput(4)], ...trace })
    expect(answer.traceId).toBeUndefined()
    expect(heard.jobs).toHaveLength(1)
    expect(heard.jobs[0]).not.toHaveProperty('traceId')
  })

  test('whose offer does not say that it reads a header: it gets the run as ever, and the answer is as good', async () => {
    await using older = await HostileMiner.start(mesh.net, { model: mesh.model('bytes') })
    await using user = await testClient(mesh.net)
    const answer = await user.client.infer({ model: mesh.id('bytes'), inputs: [bytesInput(4)], traceparent: PARENT })
    // It may have asked a miner first that is gone by now.
    expect(answer).toMatchObject({ miner: older.address, traceId: TRACE })
    expect(older.runs).toHaveLength(1)
    expect(older.runs[0]).not.toHaveProperty('header')
  })
})
