/** Files that the kernel makes up when they are read: folders of one value each. */
import type { Machine } from '../machine.ts'

/** What one folder held, by the names of its files (with the folder before them where it is one below); missing files are absent. */
export type KernelTexts = ReadonlyMap<string, string>

/** Reads `names` under `folder`; each is some microseconds of the kernel. */
export async function readKernelTexts(
  machine: Machine,
  folder: string,
  names: readonly string[],
): Promise<KernelTexts> {
  const texts = await Promise.all(names.map((name) => machine.readText(`${folder}/${name}`)))
  const found = new Map<string, string>()
  for (const [i, text] of texts.entries()) if (text !== undefined) found.set(names[i]!, text)
  return found
}

/** Value of a line `NAME=value`, as in a `uevent`. */
export function uevent(text: string | undefined, name: string): string | undefined {
  for (const line of text?.split('\n', UEVENT_LINES_MAX) ?? [])
    if (line.startsWith(`${name}=`)) return line.slice(name.length + 1).trim()
  return undefined
}

/** A device of the device tree has a line per clock, interrupt and compatible string; some dozens. */
const UEVENT_LINES_MAX = 200
