import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OtlpSpan } from '../../../node/telemetry/otlp-json.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { tensorOf } from '../../support/engines/tensor-of.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { OtlpCollector } from '../../support/nodes/otlp-collector.ts'

const SOON = { interval: 50 }

let ofClient: OtlpCollector
let ofMiner: OtlpCollector
let mesh: JobNetwork
beforeAll(async () => {
  ofClient = await OtlpCollector.start()
  ofMiner = await OtlpCollector.start()
  mesh = await jobNetwork(
    { bytes: identityModel('uint8', ['n']), texts: identityModel('string', ['n']) },
    { miners: [{ otlpEndpoint: `${ofMiner.endpoint}/` }], client: { otlpEndpoint: ofClient.endpoint } },
  )
})
afterAll(async () => {
  await mesh[Symbol.asyncDispose]()
  await ofClient[Symbol.asyncDispose]()
  await ofMiner[Symbol.asyncDispose]()
})

const factsOf = (span: OtlpSpan): Record<string, string | number> =>
  Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0] as string | number]))
const ofTrace = (collector: OtlpCollector, traceId: string): Record<string, OtlpSpan> =>
  Object.fromEntries(collector.spans.filter((span) => span.traceId === traceId).map((span) => [span.name, span]))

describe('a job between two nodes with a collector each', () => {
  test('is one trace, in which the miner goes on below the attempt of the client', async () => {
    const client = mesh.net.client.client!
    const answer = await client.infer({ model: mesh.id('bytes'), inputs: [bytesInput(1_000)] })
    const receipt = await answer.receipt
    const { traceId } = answer
    const CLIENT = ['job', 'find offers', 'attempt', 'wait for receipt']
    const MINER = ['run attempt', 'queued', 'running', 'sending']
    await expect.poll(() => Object.keys(ofTrace(ofClient, traceId!)).sort(), SOON).toEqual([...CLIENT].sort())
    await expect.poll(() => Object.keys(ofTrace(ofMiner, traceId!)).sort(), SOON).toEqual([...MINER].sort())
    expect([ofClient.faults, ofMiner.faults]).toEqual([[], []])

    const { job, attempt, ...client1 } = ofTrace(ofClient, traceId!) as Record<string, OtlpSpan>
    const { 'run attempt': run, ...inside } = ofTrace(ofMiner, traceId!) as Record<string, OtlpSpan>
    expect(job).not.toHaveProperty('parentSpanId')
    expect([client1['find offers']!.parentSpanId, attempt!.parentSpanId]).toEqual([job!.spanId, job!.spanId])
    expect(client1['wait for receipt']!.parentSpanId).toBe(attempt!.spanId)
    expect(run!.parentSpanId).toBe(attempt!.spanId)
    for (const each of Object.values(inside)) expect(each.parentSpanId).toBe(run!.spanId)
    // Numbers of SpanKind: inside 1, server 2, client 3.
    expect([job!.kind, attempt!.kind, run!.kind, inside.running!.kind]).toEqual([1, 3, 2, 1])

    expect(factsOf(attempt!)).toMatchObject({ 'aitbc.attempt': answer.attempt, 'aitbc.miner': answer.miner })
    expect(factsOf(run!)).toMatchObject({ 'aitbc.attempt': answer.attempt, 'aitbc.price': String(receipt.price) })
    const within = (inner: OtlpSpan, outer: OtlpSpan): boolean =>
      BigInt(inner.startTimeUnixNano) >= BigInt(outer.startTimeUnixNano) &&
      BigInt(inner.endTimeUnixNano) <= BigInt(outer.endTimeUnixNano)
    expect(within(attempt!, job!)).toBe(true)
    for (const each of Object.values(inside)) expect(within(each, run!)).toBe(true)
    const tookUs = (span: OtlpSpan): number =>
      Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1_000
    // Measured by the engine, and laid into the trace as it was.
    expect(tookUs(inside.running!)).toBeCloseTo(answer.computedMs * 1_000, -1)
    expect(tookUs(attempt!)).toBeGreaterThanOrEqual(answer.computedMs * 1_000)
  })

  test('belongs to the trace of who asked for it, where that has one', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    const caller = '00f067aa0ba902b7'
    const client = mesh.net.client.client!
    await client.infer({ model: mesh.id('bytes'), inputs: [bytesInput(4)], traceparent: `00-${trace}-${caller}-01` })
    await expect.poll(() => ofTrace(ofClient, trace).job, SOON).toMatchObject({ parentSpanId: caller })
  })

  test('is told of by nobody where who asked for it does not want the trace kept', async () => {
    const trace = '5bf92f3577b34da6a3ce929d0e0e4737'
    const client = mesh.net.client.client!
    const traceparent = `00-${trace}-00f067aa0ba902b7-00`
    const unsampled = await client.infer({ model: mesh.id('bytes'), inputs: [bytesInput(4)], traceparent })
    await unsampled.receipt
    const kept = await client.infer({ model: mesh.id('bytes'), inputs: [bytesInput(4)] })
    await kept.receipt
    await expect.poll(() => Object.keys(ofTrace(ofMiner, kept.traceId!)), SOON).toHaveLength(4)
    await expect.poll(() => Object.keys(ofTrace(ofClient, kept.traceId!)), SOON).toHaveLength(4)
    expect([...ofClient.spans, ...ofMiner.spans].filter(({ traceId }) => traceId === trace)).toEqual([])
  })

  test('that nobody can run is a trace with its failure', async () => {
    const client = mesh.net.client.client!
    const before = ofClient.named('job').length
    const job = client.infer({ model: modelIdOf(new Uint8Array(32).fill(9)), inputs: [bytesInput(4)] })
    await expect(job).rejects.toMatchObject({ code: 'NO_MINER' })
    await expect.poll(() => ofClient.named('job').length, SOON).toBe(before + 1)
    const failed = ofClient.named('job').at(-1)!
    expect(failed.status).toEqual({ code: 2, message: 'NO_MINER' })
    expect(factsOf(failed)).toMatchObject({ 'error.type': 'NO_MINER' })
  })

  test('leaves no word of its input or its answer with a collector', async () => {
    const secret = 'the patient is called Rumpelstilzchen'
    const client = mesh.net.client.client!
    const bytes = new TextEncoder().encode(secret)
    const data = new Uint8Array(4 + bytes.length)
    new DataView(data.buffer).setUint32(0, bytes.length, true)
    data.set(bytes, 4)
    const answer = await client.infer({ model: mesh.id('texts'), inputs: [tensorOf('x', 'string', [1], data)] })
    await answer.receipt
    await expect.poll(() => Object.keys(ofTrace(ofClient, answer.traceId!)), SOON).toHaveLength(4)
    await expect.poll(() => Object.keys(ofTrace(ofMiner, answer.traceId!)), SOON).toHaveLength(4)
    const left = [...ofClient.bodies, ...ofMiner.bodies].join('\n')
    for (const word of [
      secret,
      Buffer.from(secret).toString('base64').slice(4, 30),
      Buffer.from(secret).toString('hex'),
    ])
      expect(left).not.toContain(word)
  })
})

/** Nothing listens on the port of discard. */
const nobodyThere = { endpoint: 'http://127.0.0.1:9', [Symbol.asyncDispose]: async (): Promise<void> => undefined }

describe('a node with a collector that is of no use', () => {
  test.each([
    ['is down', async () => nobodyThere],
    [
      'never answers',
      async () => {
        const collector = await OtlpCollector.start()
        collector.mood = () => true
        return collector
      },
    ],
    [
      'answers nonsense',
      async () => {
        const collector = await OtlpCollector.start()
        collector.mood = (response) => {
          response.writeHead(418, { 'content-type': 'text/html' }).end('<blink>no</blink>')
          return true
        }
        return collector
      },
    ],
  ])('that %s runs its jobs as ever, and stops in time', async (_, start) => {
    await using collector = await start()
    const node = await mesh.net.add(`client of one that ${_}`, {
      roles: ['client'],
      listen: [],
      otlpEndpoint: collector.endpoint,
    })
    for (let i = 0; i < 20; i++) {
      const answer = await node.client!.infer({ model: mesh.id('bytes'), inputs: [bytesInput(8, i)] })
      expect(answer.outputs[0]!.data[0]).toBe(i)
      await answer.receipt
    }
    const stoppingMs = performance.now()
    await node[Symbol.asyncDispose]()
    // A collector has ten seconds for an answer, and would have them for each of several batches.
    expect(performance.now() - stoppingMs).toBeLessThan(9_000)
    // Four of each job, and all of them are accounted for.
    expect(node.state().spans).toMatchObject({ sent: 0, dropped: 80 })
  })
})
