import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway } from '../../../node/gateway/start-gateway.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { withoutKeys } from '../../support/nodes/gateway-keys.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'
import { testClient } from '../../support/nodes/test-client.ts'
import { parseExposition } from '../../support/parse-exposition.ts'

let mesh: GatewayNetwork
beforeAll(async () => {
  mesh = await gatewayNetwork({ bytes: identityModel('uint8', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const json = async (path: string): Promise<unknown> => {
  const response = await mesh.program.get(path)
  return { status: response.status, body: await response.json() }
}

describe('the health of a node', () => {
  test('is a look at all that it needs for a job', async () => {
    expect(await json('/health')).toEqual({
      status: 200,
      body: {
        ok: true,
        checks: {
          chain: { ok: true, headAgeSeconds: expect.any(Number), headAgeSecondsMax: 60 },
          journal: { ok: true },
          disk: { ok: true },
          directories: { ok: true },
          offers: { ok: true, known: 1 },
        },
      },
    })
    expect(await json('/v2/health/ready')).toEqual({ status: 200, body: { ready: true } })
    expect(await json('/v2/health/live')).toEqual({ status: 200, body: { live: true } })
  })

  test('says what is missing, and still that the node lives', async () => {
    await using alone = await testClient(mesh.net)
    await alone.mesh[Symbol.asyncDispose]()
    const needs = {
      client: alone.client,
      clock: systemClock,
      head: () => ({ blockNumber: 1n, blockTime: BigInt(Math.floor(Date.now() / 1_000) - 90), blockHash: ZERO_HASH }),
      signingStopped: () => new MeshError('DATA_FOLDER_RESTORED', { seen: 2, held: 1 }),
      space: () => 'reserve' as const,
      metrics: () => '',
      bodyBytesMax: 2 ** 20,
      onFailed: () => undefined,
      onBug: () => undefined,
      ...withoutKeys(),
    }
    await using gateway = await startGateway(needs, { port: 0 })
    const response = await fetch(`${gateway.url}/health`)
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 503,
      body: {
        ok: false,
        checks: {
          chain: { ok: false },
          journal: { ok: false, error: 'DATA_FOLDER_RESTORED' },
          disk: { ok: false, error: 'DISK_FULL' },
          directories: { ok: false },
          offers: { ok: false, known: 0 },
        },
      },
    })
    expect((await fetch(`${gateway.url}/v2/health/ready`)).status).toBe(400)
    expect((await fetch(`${gateway.url}/v2/health/live`)).status).toBe(200)
  })
})

describe('what a gateway says of the node', () => {
  test('is its name, its version and what it speaks beside the protocol', async () => {
    expect(await json('/v2')).toEqual({
      status: 200,
      body: {
        name: 'aitbc-mesh',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        extensions: ['binary_tensor_data'],
      },
    })
  })

  test('are its metrics, as Prometheus reads them', async () => {
    const x = { name: 'x', datatype: 'UINT8', shape: [1], data: [1] }
    expect((await mesh.program.infer('/v2/models/bytes/infer', { inputs: [x] })).status).toBe(200)
    const response = await mesh.program.get('/metrics')
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const families = parseExposition(await response.text())
    const answered = families.get('aitbc_requests_total')!.samples.find(({ labels }) => labels.outcome === 'answered')
    expect(answered?.value).toBe(1)
    expect(families.get('aitbc_request_seconds')?.type).toBe('histogram')
  })
})
