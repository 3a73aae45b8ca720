/** Names of places and devices on the PCI bus, written in one way by all back ends, so that a card is known again. */
import type { PciId } from '../../protocols/rules/cards/card-facts.ts'

const ADDRESS = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{2}):([0-9a-f]{2})[.:]([0-7])$/i

/** `00000000:01:00.0` and `01:00.0` are `0000:01:00.0`; `undefined` for what is no address. */
export function busAddressOf(text: string | undefined): string | undefined {
  const [, domain = '0', bus, device, place] = ADDRESS.exec(text?.trim() ?? '') ?? []
  if (bus === undefined) return undefined
  const short = BigInt(`0x${domain}`).toString(16).padStart(4, '0')
  return `${short}:${bus}:${device}.${place}`.toLowerCase()
}

/** Device and maker in one figure of 32 bits, as NVIDIA prints them: `0x270210DE`. */
export function pciIdOf(device: string | undefined, subsystem: string | undefined): PciId | undefined {
  const own = halvesOf(device)
  const board = halvesOf(subsystem)
  if (own === undefined) return undefined
  return {
    vendor: own.low,
    device: own.high,
    ...(board === undefined ? {} : { subsystemVendor: board.low, subsystemDevice: board.high }),
  }
}

function halvesOf(text: string | undefined): { readonly high: number; readonly low: number } | undefined {
  const [, high, low] = /^(?:0x)?([0-9a-f]{4})([0-9a-f]{4})$/i.exec(text?.trim() ?? '') ?? []
  if (high === undefined || low === undefined) return undefined
  // All zeros and all ones are what an unanswered bus reads as.
  const maker = Number.parseInt(low, 16)
  return maker === 0 || maker === 0xffff ? undefined : { high: Number.parseInt(high, 16), low: maker }
}

/** The card's key: its place on the bus, which every back end that knows it writes alike. */
export const keyOfPlace = (busAddress: string): string => `pci/${busAddress}`
