/**
 * Notes every code that the program makes a MeshError of, from outside: the catalogue's messages become getters that look at who
 * asks. vitest loads it into its workers where MADE_CODES names a folder (vitest.config.ts), and processes that tests start
 * by NODE_OPTIONS. `list-missing.ts` reads what it wrote.
 */
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { errorCatalogue } from '../../../protocols/kernel/errors.ts'

const folder = process.env.MADE_CODES
const MARK = Symbol.for('aitbc made codes')

/** These make an error again that somebody else made; a test may feed them any code. */
const MADE_AGAIN = /(error-projections|control-messages)\.[jt]s/
/** The line of a stack below MeshError's own. */
const MAKER = /new MeshError[^\n]*\n\s*(?:at )([^\n]*)/

/** The file of ours that made the error; undefined where a test made it, or one that only repeats it. */
function maker(): string | undefined {
  const line = MAKER.exec(String(new Error().stack))?.[1]
  const place =
    line === undefined ? undefined : /((?:protocols|node|bootstrap|simulations|contracts)\/[\w/.-]+\.[jt]s)/.exec(line)
  return place === null || place === undefined || /\/test\//.test(line!) || MADE_AGAIN.test(line!)
    ? undefined
    : place[1]
}

function record(path: string): void {
  const seen = new Set<string>()
  const file = join(path, `${process.pid}-${threadId}`)
  for (const [code, entry] of Object.entries(errorCatalogue)) {
    const { message } = entry
    Object.defineProperty(entry, 'message', {
      enumerable: true,
      get: () => {
        const by = seen.has(code) ? undefined : maker()
        if (by !== undefined) {
          seen.add(code)
          try {
            appendFileSync(file, `${code} ${by}\n`)
          } catch {
            // A child process that may not write: an engine's, which tells its parent of what it made.
          }
        }
        return message
      },
    })
  }
}

if (folder !== undefined && !Object.hasOwn(errorCatalogue, MARK)) {
  Object.defineProperty(errorCatalogue, MARK, { value: true })
  mkdirSync(folder, { recursive: true })
  record(folder)
  const preload = `--import=${import.meta.url}`
  if (!process.env.NODE_OPTIONS?.includes(preload))
    process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} ${preload}`
}
