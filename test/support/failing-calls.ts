/** Calls of Node's file system that fail as the system makes them fail where no test can bring it about; until disposed. */
import fs, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const failure = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${code}: as it was wished, ${syscall}`), { code, syscall })

/** Of `node:fs/promises`. */
export function failing(call: 'link' | 'open' | 'writeFile', code: string): Disposable {
  const real = fs[call]
  const put = (value: unknown): void => {
    Object.assign(fs, { [call]: value })
    syncBuiltinESMExports()
  }
  put(() => Promise.reject(failure(code, call)))
  return { [Symbol.dispose]: () => put(real) }
}

/** Of every open file. */
export async function failingReads(code: string): Promise<Disposable> {
  await using some = await fs.open(import.meta.filename)
  const handles = Object.getPrototypeOf(some) as FileHandle
  const real = handles.read
  Object.assign(handles, { read: () => Promise.reject(failure(code, 'read')) })
  return { [Symbol.dispose]: () => void Object.assign(handles, { read: real }) }
}
