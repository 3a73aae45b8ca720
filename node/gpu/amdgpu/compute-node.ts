/** The kernel's compute driver (KFD) lists what programs may compute on: `/sys/class/kfd/kfd/topology/nodes/<n>/properties`. */
import type { Machine } from '../machine.ts'
import { keyOfPlace } from '../pci-words.ts'

const FOLDER = '/sys/class/kfd/kfd/topology/nodes'
/** Processors count too; no machine has more of both. */
const NODES_MAX = 128

export interface ComputeNode {
  readonly busAddress: string
  /** `gfx1100`. */
  readonly gfx: string
}

/** By the keys of the cards. */
export async function readComputeNodes(machine: Machine): Promise<ReadonlyMap<string, ComputeNode>> {
  const names = (await machine.list(FOLDER)).filter((name) => /^\d{1,4}$/.test(name)).slice(0, NODES_MAX)
  const texts = await Promise.all(names.map((name) => machine.readText(`${FOLDER}/${name}/properties`)))
  const nodes = texts.map((text) => (text === undefined ? undefined : computeNodeIn(text)))
  return new Map(nodes.filter((node) => node !== undefined).map((node) => [keyOfPlace(node.busAddress), node]))
}

/** `undefined` for a processor, and for what has no place on the bus. */
export function computeNodeIn(properties: string): ComputeNode | undefined {
  const value = (name: string): number | undefined => {
    const found = new RegExp(`^${name} (\\d{1,10})\\s*$`, 'm').exec(properties)
    return found === null ? undefined : Number(found[1])
  }
  const [target, location, domain] = [value('gfx_target_version'), value('location_id'), value('domain') ?? 0]
  const gfx = target === undefined ? undefined : gfxOfTarget(target)
  if (gfx === undefined || location === undefined || location > 0xffff || domain > 0xffff) return undefined
  // As the PCI bus counts: 8 bits of bus, 5 of device, 3 of function.
  const [bus, device, fn] = [location >> 8, (location >> 3) & 0x1f, location & 7]
  const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0')
  return { busAddress: `${hex(domain, 4)}:${hex(bus, 2)}:${hex(device, 2)}.${fn}`, gfx }
}

/** 110003 is major 11, minor 0, stepping 3: `gfx1103`. The stepping is written as one hexadecimal digit: 90010 is `gfx90a`. */
function gfxOfTarget(target: number): string | undefined {
  const [major, minor, stepping] = [Math.floor(target / 10_000), Math.floor(target / 100) % 100, target % 100]
  if (major === 0 || major > 99 || minor > 9 || stepping > 15) return undefined
  return `gfx${major}${minor}${stepping.toString(16)}`
}
