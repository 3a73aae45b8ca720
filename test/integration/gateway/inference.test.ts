import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GatewayNetwork, gatewayNetwork } from '../../support/gateway-network.ts'
import { identityModel, sumAndDifferenceModel } from '../../support/onnx-models.ts'

let mesh: GatewayNetwork
beforeAll(async () => {
  mesh = await gatewayNetwork({
    sums: sumAndDifferenceModel(),
    texts: identityModel('string', ['n']),
    halves: identityModel('float16', ['n']),
    wholes: identityModel('int64', ['n']),
  })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const SUMS = '/v2/models/sums/infer'
const a = { name: 'a', datatype: 'FP32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }
const b = { name: 'b', datatype: 'FP32', shape: [3], data: [0.5, 0, -1] }

describe('a program that asks for an inference', () => {
  test('in JSON gets all outputs in JSON, its id, and what the job was and cost', async () => {
    const { status, headers, body } = await mesh.program.infer(SUMS, { id: 'mine', inputs: [a, b] })
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        model_name: 'sums',
        model_version: mesh.id('sums'),
        id: 'mine',
        outputs: [
          { name: 'sum', datatype: 'FP32', shape: [2, 3], data: [1.5, 2, 2, 4.5, 5, 5] },
          { name: 'difference', datatype: 'FP32', shape: [2, 3], data: [0.5, 2, 4, 3.5, 5, 7] },
        ],
      },
    })
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('x-mesh-miner')).toBe(mesh.net.miners[0]!.operator)
    expect(headers.get('x-mesh-cost')).toBe('0.001')
    const story = mesh.net.client.client!.stories.find(headers.get('x-mesh-job')!)
    expect(story).toMatchObject({ state: 'answered', modelName: 'sums' })
  })
})
