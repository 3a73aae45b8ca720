import { describe, expect, it } from 'vitest'
import type { ExternalFile } from '../../../../node/models/inspector/external-data.ts'
import { inspectModel } from '../../../../node/models/inspector/inspect-model.ts'
import { defaultPolicy, type InspectionPolicy, ruleNames } from '../../../../node/models/inspector/policy.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { node } from '../../../support/engines/onnx-models.ts'
import { beside, hostileExternal } from '../../../support/hostile-models/external.ts'
import { hostileGraphs } from '../../../support/hostile-models/graphs.ts'
import { after } from '../../../support/hostile-models/hostile.ts'
import { hostileShapes } from '../../../support/hostile-models/shapes.ts'
import { hostileTensors } from '../../../support/hostile-models/tensors.ts'

const hostile = [...hostileGraphs, ...hostileTensors, ...hostileShapes, ...hostileExternal]

const files: Readonly<Record<string, ExternalFile>> = {
  'weights.bin': { bytes: 64, inside: true },
  'link.bin': { bytes: 64, inside: false },
}
const look = async (location: string): Promise<ExternalFile | undefined> => files[location]

async function refusal(bytes: Uint8Array, policy: Partial<InspectionPolicy> = {}): Promise<unknown> {
  try {
    return await inspectModel({ bytes, path: 'model.onnx', look }, { ...defaultPolicy, ...policy })
  } catch (error) {
    if (error instanceof MeshError) return { code: error.code, ...error.facts }
    throw error
  }
}

/** Reading and judging take milliseconds, also many times that on a busy machine; more means that something grows with what the file claims. */
const JUDGED_MS_MAX = 10_000

describe('the inspector refuses a model that', () => {
  it.each(hostile)('$does ($rule)', async ({ rule, bytes, why, policy }) => {
    const file = bytes()
    const startedMs = performance.now()
    expect(await refusal(file, policy)).toEqual({ code: 'MODEL_REFUSED', rule, why: expect.stringMatching(why) })
    expect(performance.now() - startedMs).toBeLessThan(JUDGED_MS_MAX)
  })

  it('breaks any rule: each has a test', () => {
    expect(new Set(hostile.map(({ rule }) => rule))).toEqual(new Set(ruleNames))
  })

  it('has control characters in a name, and shows none of them', async () => {
    const shown = await refusal(after(node('Steal', ['x'], ['a'], [], '\u001b[2Jevil\n')))
    expect(shown).toMatchObject({ why: expect.stringContaining('?[2Jevil?') })
  })
})

describe('the inspector', () => {
  it('takes weights that lie in the folder of the model', async () => {
    const found = await refusal(beside(['location', 'weights.bin'], ['offset', '56'], ['length', '8']))
    expect(found).toMatchObject({ externalFiles: ['weights.bin'], weightsBytes: 8 })
  })
})
