import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../..')

/** All files of ours that are loaded with one. Types are gone by then: what is imported as a type only costs nothing. */
function loadedWith(entry: string, seen = new Set<string>()): ReadonlySet<string> {
  const path = resolve(ROOT, entry)
  if (seen.has(path)) return seen
  seen.add(path)
  const code = readFileSync(path, 'utf8')
  for (const [, what = '', from = ''] of code.matchAll(/^(?:import|export)\s+(?!type\b)([^'"]*?)from '(\.[^']+)'/gms)) {
    const names = what
      .replace(/[{}\s]+/g, ' ')
      .trim()
      .split(/, ?/)
    if (names.every((name) => name.startsWith('type '))) continue
    loadedWith(resolve(dirname(path), from), seen)
  }
  return seen
}

describe('who loads the catalogue', () => {
  test('is neither the law nor a browser', () => {
    for (const entry of ['protocols/index.ts', 'node/client/index.ts', 'node/network/libp2p-network.ts']) {
      const loaded = loadedWith(entry)
      expect(loaded.size, entry).toBeGreaterThan(20)
      expect([...loaded].filter((path) => path.includes('protocols/catalogue'))).toEqual([])
    }
    // The walk does find it where it is.
    expect([...loadedWith('protocols/catalogue/index.ts')].some((path) => path.endsWith('jetson.ts'))).toBe(true)
  })

  test('is not the rules about cards either: they take rows, and never the table', () => {
    expect([...loadedWith('protocols/rules/classification/card-class.ts')].join()).not.toContain('protocols/catalogue')
  })
})
