import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LogLine } from '../../../node/events/log-writer.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'

const lines: LogLine[] = []
let mesh: GatewayNetwork
beforeAll(async () => {
  const log = { wants: () => true, write: (line: LogLine) => void lines.push(line) }
  mesh = await gatewayNetwork({ texts: identityModel('string', ['n']) }, { log })
})
afterAll(() => mesh[Symbol.asyncDispose]())

test('what programs send and are answered is in no line of a log, also at its most talkative', async () => {
  const path = '/v2/models/texts/infer'
  const secret = 'a secret of mine'
  const x = { name: 'x', datatype: 'BYTES', shape: [1], data: [secret] }
  const good = await mesh.program.infer(path, { id: secret, inputs: [x] })
  expect(good.body.outputs).toMatchObject([{ data: [secret] }])
  const bad = [
    { inputs: [{ ...x, datatype: 'FP32' }] },
    { inputs: [{ ...x, shape: [2] }] },
    { inputs: [{ ...x, name: secret }] },
    { inputs: [x], outputs: [{ name: secret }] },
    { inputs: [x], parameters: { price_max: secret } },
    secret,
  ]
  for (const request of bad) expect((await mesh.program.infer(path, request as object)).status).toBe(400)
  expect((await mesh.program.get(`/v2/models/${encodeURIComponent(secret)}`)).status).toBe(404)
  expect(lines.map(({ event }) => event)).toEqual(expect.arrayContaining(['request:answered', 'part:started']))
  const said = JSON.stringify(lines, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  expect(said).not.toContain(secret)
  expect(said).not.toContain(mesh.key)
})
