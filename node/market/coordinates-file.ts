/** Where this node lay among others when it was last seen there, in the data folder. A torn file is forgotten: the next minutes find it again. */
import { z } from 'zod'
import { fromHex, toHex } from '../../protocols/kernel/bytes.ts'
import type { NetworkId } from '../../protocols/kernel/ids.ts'
import type { Coordinates } from '../../protocols/rules/coordinates/coordinates.ts'
import {
  COORDINATES_BYTES,
  coordinatesOfBytes,
  coordinatesToBytes,
} from '../../protocols/rules/coordinates/coordinates-bytes.ts'
import { readKept, writeJson } from '../storage/kept-json.ts'

const FILE_BYTES_MAX = 4_096
/** A machine may have moved since: with this error its place is found again within some dozens of samples, wherever it is. */
const EARLIER_ERROR_MIN = 0.3

const file = z.strictObject({
  version: z.literal(1),
  network: z.string().max(64),
  coordinates: z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * COORDINATES_BYTES}}$`)),
})

export class CoordinatesFile {
  readonly #path: string
  readonly #network: NetworkId

  /** @param network in which they mean something: another one is another space */
  constructor(path: string, network: NetworkId) {
    this.#path = path
    this.#network = network
  }

  read(): Coordinates | undefined {
    const data = readKept(this.#path, FILE_BYTES_MAX, file)
    if (data?.network !== this.#network) return undefined
    const earlier = coordinatesOfBytes(fromHex(data.coordinates)!)
    return earlier === undefined ? undefined : { ...earlier, error: Math.max(EARLIER_ERROR_MIN, earlier.error) }
  }

  /** @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  write(coordinates: Coordinates): void {
    const content = { version: 1, network: this.#network, coordinates: toHex(coordinatesToBytes(coordinates)) }
    writeJson(this.#path, content)
  }
}
