import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventTable } from '../../../node/events/event-table.ts'

const ROOT = new URL('../../../', import.meta.url)
const sources = globSync('{node,bootstrap}/**/*.ts', { cwd: ROOT.pathname })
  .filter((path) => !path.includes('/make/') && !path.endsWith('.d.ts'))
  .map((path) => ({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }))

describe('what happens to a node is told in one place:', () => {
  it('every kind of event of the table is emitted by something', () => {
    const emitting = sources.filter(({ path }) => !path.startsWith('node/events/'))
    const told = Object.keys(eventTable).filter((kind) => emitting.some(({ text }) => text.includes(`'${kind}'`)))
    expect(told).toEqual(Object.keys(eventTable))
  })

  it('nothing but the command line, and the entry before there is one, writes to the terminal', () => {
    // The lifeline is a child process: what it says is heard by its parent, not by a person.
    const ENTRY = ['bootstrap/bin/aitbc.ts', 'bootstrap/localnet/chain-lifeline.ts']
    const writing = sources.filter(
      ({ path, text }) =>
        !path.startsWith('node/cli/') &&
        !ENTRY.includes(path) &&
        /^(?!\s*(?:\*|\/\/|\/\*)).*(console\.\w+\(|process\.std(?:out|err)\.write\()/m.test(text),
    )
    expect(writing.map(({ path }) => path)).toEqual([])
  })

  it('no part of the node writes the log but by an event', () => {
    const writing = sources.filter(
      ({ path, text }) =>
        path.startsWith('node/') && !path.startsWith('node/events/') && /\blog\.write\(|#log\.write\(/.test(text),
    )
    expect(writing.map(({ path }) => path)).toEqual([])
  })
})
