/** Network files: a template with the doors that really stand filled in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NetworkFile, parseNetworkFile } from '../../node/config/network-file.ts'
import { networksFolder } from '../../node/config/networks-folder.ts'
import { replaceFile } from '../../node/storage/durable-file.ts'
import { storageError } from '../../node/storage/sqlite.ts'

export interface DoorAddresses {
  readonly peer: string
  /** With or without the peer's name at their end. */
  readonly addresses: readonly string[]
}

/**
 * Writes the shipped network `template` with these doors and changes, and reads it back as every node will.
 * @throws MeshError DATA_FOLDER_READ_ONLY, DISK_FULL, CONFIG_INVALID
 */
export function writeNetworkFile(
  path: string,
  template: string,
  doors: readonly DoorAddresses[],
  changes: Readonly<Record<string, unknown>> = {},
): NetworkFile {
  const shipped = JSON.parse(readFileSync(join(networksFolder(), `${template}.json`), 'utf8')) as Record<
    string,
    unknown
  >
  const bootstrap = doors.map(({ peer, addresses }) => ({
    peer,
    addresses: addresses.map((address) => withoutEnd(address, `/p2p/${peer}`)),
  }))
  const parameters = { ...(shipped.parameters as object), ...(changes.parameters as object | undefined) }
  const content = { ...shipped, ...changes, parameters, bootstrap }
  const network = parseNetworkFile(content, path)
  try {
    replaceFile(path, `${JSON.stringify(content, undefined, 2)}\n`, 0o644)
  } catch (error) {
    throw storageError(error, path)
  }
  return network
}

const withoutEnd = (text: string, end: string): string => (text.endsWith(end) ? text.slice(0, -end.length) : text)
