import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generatedFiles, generatedFolder } from '../../../contracts/build/generate.ts'
import { sourcesHash } from '../../../contracts/build/sources-hash.ts'
import { generatedFrom } from '../../../contracts/generated/sources-hash.ts'

describe('the bindings that are shipped', () => {
  it('were made from these sources, settings and versions', () => {
    expect(generatedFrom).toBe(sourcesHash())
  })

  it('are what the compiler says of them, to the byte', { timeout: 300_000 }, () => {
    const files = generatedFiles()
    expect(readdirSync(generatedFolder).sort()).toEqual([...files.keys()].sort())
    const wrong = [...files].filter(([file, text]) => readFileSync(join(generatedFolder, file), 'utf8') !== text)
    expect(wrong.map(([file]) => file)).toEqual([])
  })
})
