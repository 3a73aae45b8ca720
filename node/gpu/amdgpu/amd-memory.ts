/** Memory as amdgpu counts it: VRAM, and the part of the machine's memory that the card may map (GTT). */
import type { KernelTexts } from '../sysfs/kernel-text.ts'
import { countIn } from '../text/numbers.ts'
import { memoryBytes, memoryUsedBytes } from '../text/plausible.ts'

export interface AmdMemory {
  readonly totalBytes: number | undefined
  readonly usedBytes: number | undefined
  /** `undefined` where the files do not tell. */
  readonly isShared: boolean | undefined
}

/**
 * Kernels before 5.4 name no maker of any memory, and those of today none of a processor's. A carve-out is at most this large
 * unless somebody set it; so a card under an old kernel is not taken for a processor's graphics.
 */
const CARVE_OUT_BYTES_MAX = 2 ** 31

/**
 * A processor's graphics has no memory of its own: nobody made its chips, and what the firmware carves out is smaller than what it
 * may map beside it. Then both together are what it may take.
 */
export function amdMemory(texts: KernelTexts): AmdMemory {
  const vram = memoryBytes(countIn(texts.get('mem_info_vram_total')))
  const gtt = memoryBytes(countIn(texts.get('mem_info_gtt_total')))
  const vramUsed = memoryUsedBytes(countIn(texts.get('mem_info_vram_used')))
  const maker = texts.get('mem_info_vram_vendor')?.trim()
  if (maker !== undefined && maker !== '' && maker !== 'unknown')
    return { totalBytes: vram, usedBytes: vramUsed, isShared: false }
  const isCarveOut = vram !== undefined && (maker === 'unknown' || vram <= CARVE_OUT_BYTES_MAX)
  if (!isCarveOut || gtt === undefined || gtt <= vram)
    return { totalBytes: vram, usedBytes: vramUsed, isShared: undefined }
  const gttUsed = memoryUsedBytes(countIn(texts.get('mem_info_gtt_used')))
  return {
    totalBytes: vram + gtt,
    usedBytes: vramUsed === undefined || gttUsed === undefined ? undefined : vramUsed + gttUsed,
    isShared: true,
  }
}
