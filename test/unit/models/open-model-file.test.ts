import { createHash } from 'node:crypto'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultPolicy } from '../../../node/models/inspector/policy.ts'
import { openModelFile, shippedModelId } from '../../../node/models/open-model-file.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const bytes = identityModel('float32', ['n'])

/** A file of that name, in a folder of its own. */
function file(name: string, content: Uint8Array | string = bytes): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

describe('a model file', () => {
  it('is named by its content for machines, and by its file for people', async () => {
    const path = file('letters.onnx')
    expect(await openModelFile(path)).toEqual({
      id: modelIdOf(createHash('sha256').update(bytes).digest()),
      name: 'letters',
      path,
      bytes: bytes.length,
      precision: 'fp32',
      independentRows: true,
    })
  })

  it.each([
    ['Zürich é.onnx', 'Z_rich _'],
    ['a\u001b[31mred.onnx', 'a_[31mred'],
    [`${'long'.repeat(30)}.onnx`, 'long'.repeat(16)],
    ['.onnx', '.onnx'],
    ['two.dots.onnx', 'two.dots'],
  ])('called %j goes by a name that any terminal can show', async (name, shown) => {
    expect((await openModelFile(file(name))).name).toBe(shown)
  })

  it('of a shipped model goes by its own name and id, without its path', async () => {
    const opened = await openModelFile('characters')
    expect(opened).toMatchObject({ name: 'characters', id: shippedModelId('characters') })
    expect(shippedModelId('letters')).toBeUndefined()
  })

  it('that is not there says that no model is shipped under that name either', async () => {
    await expect(openModelFile('charakters')).rejects.toMatchObject({
      code: 'MODEL_FILE',
      facts: { why: expect.stringContaining('no model of that name is shipped') },
    })
  })

  it('that is a folder cannot be used', async () => {
    const path = join(temporaryFolder(), 'model.onnx')
    mkdirSync(path)
    await expect(openModelFile(path)).rejects.toMatchObject({ code: 'MODEL_FILE' })
  })

  it('that is none is refused before any engine sees it', async () => {
    await expect(openModelFile(file('a.onnx', 'no model'))).rejects.toMatchObject({
      name: 'MeshError',
      code: expect.stringMatching(/^MODEL_(FILE|REFUSED)$/),
    })
    await expect(openModelFile(file('b.onnx', ''))).rejects.toMatchObject({ name: 'MeshError' })
  })

  it('that is too large is refused by its size, unread', async () => {
    const path = file('large.onnx', '')
    truncateSync(path, defaultPolicy.fileBytesMax + 1)
    await expect(openModelFile(path)).rejects.toMatchObject({
      code: 'MODEL_FILE',
      facts: { why: expect.stringContaining(`${defaultPolicy.fileBytesMax}`) },
    })
  })

  it('is not opened for somebody who has given up', async () => {
    await expect(openModelFile(file('a.onnx'), AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
